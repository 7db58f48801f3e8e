"""What Snorkel's LFAnalysis makes of the votes of the data sets: `lf_analysis.py DATA` writes JSON.

Of each column of votes: coverage, overlaps, conflicts and empirical accuracy. A column without a vote is left out:
Snorkel gives it an accuracy of 0, where Hunch says that it is unknown.
"""

import csv
import gzip
import json
import sys
from pathlib import Path

import numpy as np
from snorkel.labeling import LFAnalysis

FILES = {
    "youtube": "youtube/votes_{}.csv",
    "sms": "sms/votes_re_{}.csv.gz",
}


def read(path):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", newline="") as file:
        header, *rows = csv.reader(file)
    cells = np.array([[int(cell) if cell else -1 for cell in row] for row in rows])
    return header[1:], cells[:, 0], cells[:, 1:]


def figures(path):
    names, gold, votes = read(path)
    known = gold >= 0
    analysis = LFAnalysis(votes)
    columns = zip(
        names,
        analysis.lf_coverages(),
        analysis.lf_overlaps(),
        analysis.lf_conflicts(),
        LFAnalysis(votes[known]).lf_empirical_accuracies(gold[known]),
    )
    return {
        name: [float(figure) for figure in figures] for name, *figures in columns if figures[0] > 0
    }


data = Path(sys.argv[1])
golden = {
    f"{name}/{split}": figures(data / pattern.format(split))
    for name, pattern in FILES.items()
    for split in ("train", "valid", "test")
}
json.dump(golden, sys.stdout, indent=1)
print()
