"""accrue every night, by Airflow 3: one run at a time, in the order of days, tried again where waiting helps."""

import json
import subprocess
from datetime import datetime, timedelta, timezone

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowFailException

PIPELINE = "/srv/credit/shop.toml"

# Asked to stop after two hours, and killed five minutes later.
AT_MOST = ["timeout", "-k", "5m", "2h"]

# An export that is late or still being written (3), another run that was faster (8), a full disk (1), stopped (10, 124).
# All others stay as they are until somebody has looked: a guard that tripped, a fault in the program.
PASSING = {1, 3, 8, 10, 124}

# Ended in the middle: by a panic of an old version, or by a signal, mostly for want of memory. Then the run is posted or it
# is not; the next try completes it or repeats it, and nothing is lost or doubled. Python tells a signal by a number below 0.
ENDED = {101, 130, 134, 137, 139, 143}


def is_passing(code):
    """Tells whether to try again helps."""
    return code in PASSING or code in ENDED or code < 0


@dag(
    # In UTC, as start_date says, which skips and repeats no hour. With a time zone that has summer time, take no hour from
    # 00:00 to 03:00: once a year it is skipped, and once it comes twice.
    schedule="15 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
)
def store_credit():
    @task(retries=6, retry_delay=timedelta(minutes=20), depends_on_past=True)
    def nightly(dag_run=None):
        """Posts the night's run and returns its summary."""
        # The moment the night is due, so that every try of one night computes the same.
        as_of = dag_run.run_after.isoformat()
        run = subprocess.run([*AT_MOST, "accrue", "run", PIPELINE, "--as-of", as_of, "--json"], stdout=subprocess.PIPE)
        if run.returncode == 0:
            return json.loads(run.stdout)
        message = f"accrue ended with exit code {run.returncode}; its message is above"
        raise RuntimeError(message) if is_passing(run.returncode) else AirflowFailException(message)

    nightly()


store_credit()
