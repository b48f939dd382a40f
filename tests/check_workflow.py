#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says what is wrong with workflows of GitHub Actions that have a schedule: check_workflow.py FILE..."""
import re
import sys

import yaml

FIELD = r"(\*|\d+(-\d+)?(,\d+(-\d+)?)*)(/\d+)?"


def find_faults(workflow):
    crons = [entry.get("cron", "") for entry in workflow.get("on", {}).get("schedule", [])]
    if not crons:
        yield "no schedule"
    for cron in crons:
        if not re.fullmatch(r"{0}( {0}){{4}}".format(FIELD), cron):
            yield f"'{cron}' is not five fields of time"
    if not workflow.get("jobs"):
        yield "no jobs"
    for name, job in workflow.get("jobs", {}).items():
        if "runs-on" not in job:
            yield f"job {name} has no runs-on"
        steps = job.get("steps", [])
        for number, step in enumerate(steps, 1):
            if ("run" in step) == ("uses" in step):
                yield f"job {name}, step {number}: either run or uses"
            if "@" not in step.get("uses", "@"):
                yield f"job {name}, step {number}: {step['uses']} names no version"
        if not any(step.get("uses", "").startswith("actions/upload-artifact@") for step in steps):
            yield f"job {name} keeps no artifacts"


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        for fault in find_faults(yaml.safe_load(file)):
            print(f"{path}: {fault}")
