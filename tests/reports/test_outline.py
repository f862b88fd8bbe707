from consortium.reports.outline import outline


def test_the_county_is_one_closed_ring_around_its_places() -> None:
    (border,) = outline().land
    assert border[0] == border[-1]
    lons, lats = [lon for lon, _ in border], [lat for _, lat in border]
    # Dalarna reaches from Idre fjäll to Avesta
    assert 12 < min(lons) < 12.3
    assert 16.6 < max(lons) < 16.8
    assert 59.8 < min(lats) < 60
    assert 62.2 < max(lats) < 62.3


def test_the_lakes_have_siljan_between_mora_and_leksand() -> None:
    lakes = {lake.name: lake for lake in outline().lakes}
    (shore, *_islands) = lakes["Siljan"].rings
    assert shore[0] == shore[-1]
    assert all(60.6 < lat < 61.1 and 14.3 < lon < 15.3 for lon, lat in shore)
    assert {"Runn", "Orsasjön", "Venjansjön"} <= set(lakes)
