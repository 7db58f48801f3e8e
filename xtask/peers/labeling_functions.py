"""Runs exported labeling functions with Snorkel's own appliers: `labeling_functions.py MODULE TEXTS VOTES`.

TEXTS is a CSV file with a column `text`, VOTES what `hunch apply` made of the same rules on it. Every cell must agree.
"""

import csv
import importlib.util
import sys

import numpy as np
import pandas as pd
from snorkel.labeling import LFApplier, PandasLFApplier

module_path, texts_path, votes_path = sys.argv[1:]
spec = importlib.util.spec_from_file_location("exported", module_path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)

texts = pd.read_csv(texts_path, keep_default_na=False)
with open(votes_path, newline="") as file:
    rows = list(csv.DictReader(file))
index = {label: at for at, label in enumerate(module.LABELS)}
names = [function.name for function in module.LFS]
expected = np.array([[index.get(row[name], row[name]) for name in names] for row in rows]).astype(int)

for applier, documents in [
    (PandasLFApplier(module.LFS), texts),
    (LFApplier(module.LFS), list(texts.itertuples())),
]:
    votes = applier.apply(documents, progress_bar=False)
    different = int((votes != expected).sum())
    print(f"{type(applier).__name__}: {len(names)} functions, {len(votes)} rows, {different} cells differ")
    if different:
        sys.exit(1)
