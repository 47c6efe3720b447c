"""The service in Python that bench/peers measures: APScheduler runs the lines of a crontab."""

import subprocess
import sys
import time

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(20)})
with open(sys.argv[1], encoding="utf-8") as crontab:
    for line in crontab:
        *fields, _, command = line.rstrip("\n").split(" ", 6)
        scheduler.add_job(
            subprocess.run,
            CronTrigger.from_crontab(" ".join(fields)),
            [command],
            {"shell": True, "check": False},
            misfire_grace_time=60,
        )
scheduler.start()
while True:
    time.sleep(3600)
