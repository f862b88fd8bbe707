"""Files of banks: BgMax and camt. Pure."""
