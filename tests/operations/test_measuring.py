from datetime import timedelta

from consortium.core.audit import AuditSeal
from consortium.core.later import Heartbeat, JobRun, Later, Task, TaskState
from consortium.core.work import Works
from consortium.http.metrics import Meter
from consortium.operations.measuring import GAUGES, readings
from tests.conftest import OPERATOR

MINUTE = timedelta(minutes=1)


def test_gauges_tell_the_state_of_the_service(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        work.later(Later("tests.nothing"), key="1", due=work.now - 3 * MINUTE)
        work.later(Later("tests.nothing"), key="2", due=work.now + MINUTE)
        work.session.add(Task(name="tests.nothing", key="3", due=work.now, state=TaskState.FAILED))
        for place, ago in enumerate((1, 4)):
            seen = work.now - ago * MINUTE
            row = Heartbeat(
                process=str(place), kind="worker", revision="", begun_at=seen, seen_at=seen
            )
            work.session.add(row)
        run = JobRun(
            job="routing", business_date=work.today, started_at=work.now, leased_until=work.now
        )
        run.state, run.done_at = TaskState.DONE, work.now - 2 * MINUTE
        work.session.add(run)
        first = work.audit("operations.backed_up", "a.zip")
        work.audit("people.signed_in", "ekonom")
        work.session.flush()
        seal = AuditSeal(number=1, entry_id=first.id, sha256="-", sealed_at=work.now)
        work.session.add(seal)
    with works.reading(OPERATOR) as work:
        found = {(r.name, *r.labels.values()): r.value for r in readings(work)}
    assert found == {
        ("consortium_tasks", "waiting"): 2,
        ("consortium_tasks", "running"): 0,
        ("consortium_tasks", "done"): 0,
        ("consortium_tasks", "failed"): 1,
        ("consortium_task_oldest_waiting_seconds",): 180,
        ("consortium_process_seen_seconds", "worker"): 60,
        ("consortium_job_done_seconds", "routing"): 120,
        ("consortium_letters_returned",): 0,
        ("consortium_audit_unsealed",): 1,
        ("consortium_backup_seconds",): 0,
    }
    assert {name for name, *_labels in found} <= set(GAUGES)


def test_an_empty_service_has_numbers_too(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        text = Meter().text(readings(work)).decode()
    assert "consortium_task_oldest_waiting_seconds 0.0" in text
    assert "consortium_backup_seconds" not in text
    assert "# HELP consortium_tasks Tasks by state" in text
