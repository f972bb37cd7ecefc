"""What outlives a page: one way to start, follow, cancel and go on with it. A scan is a job.

    records     Record, Records: what any kind of job keeps of each, and where; `core.journal.Scans` is one
    process     a process of its own, from a command line: its log, its complaint, how a record names it
    starter     Starter: one at a time, whoever asks
    heartbeat   Heartbeat: says that the job goes on and how far it is, and hears that it should stop

A job is a process with a record. Start: a page hands `Starter` a command line, and the process makes its record.
Follow: read the records; whatever process, whatever page, they say the same. Cancel: `ask_to_cancel` in the records;
the process hears it at its next beat. Go on: start the command again with the record's id; the process `take`s it.

So a kind of job is a command, a store that satisfies `Records`, and a `Heartbeat` that says what it counts;
`tests/jobs/sending.py` is one. Does not know what a job does, nor the journal: it stands below it.
"""

from core.jobs.heartbeat import BEAT, LEASE, Heartbeat, Stopped, abandoned
from core.jobs.process import Job, account, me, orderlens, python, start
from core.jobs.records import Record, Records
from core.jobs.starter import Starter

__all__ = [
    "BEAT", "LEASE", "Heartbeat", "Job", "Record", "Records", "Starter", "Stopped", "abandoned", "account", "me",
    "orderlens", "python", "start",
]  # fmt: skip
