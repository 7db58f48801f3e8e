"""The loops of three ways to apply labeling functions in Python, on rows and rules that the bench writes.

`PandasLFApplier` and `LFApplier` are the loops of snorkel 0.10.0 (labeling/apply/pandas.py and core.py, lf/core.py),
rewritten here line by line without its progress bar, because installing snorkel brings gigabytes along.
`plain` is what one writes without a library: a loop over rows and functions.
Prints JSON: votes by rule, and cells (row, rule) per CPU second of each loop.
"""

import json
import re
import sys
import time
from functools import partial
from itertools import chain
from types import SimpleNamespace

import numpy as np
import pandas as pd

ABSTAIN, HAM, SPAM = -1, 0, 1


def contains(label, *terms):
    def function(x):
        text = x.text.lower()
        return label if any(term in text for term in terms) else ABSTAIN

    return function


def has(label, *terms):
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, terms)) + r")\b", re.IGNORECASE)
    return lambda x: label if pattern.search(x.text) else ABSTAIN


def matches(label, pattern, flags=0):
    pattern = re.compile(pattern, flags)
    return lambda x: label if pattern.search(x.text) else ABSTAIN


def in_lexicon(label, terms):
    terms, words = set(terms), re.compile(r"\w+")
    return lambda x: label if any(word in terms for word in words.findall(x.text.lower())) else ABSTAIN


def stars(x):
    return HAM if x.stars is not None and x.stars >= 4 and x.country in ("DE", "AT") else ABSTAIN


def low(x):
    return SPAM if (x.stars is not None and x.stars < 2) or x.country == "IN" else ABSTAIN


def functions(lexicons):
    return {
        "subscribe": contains(SPAM, "subscribe"),
        "http": contains(SPAM, "http"),
        "www": contains(SPAM, "www."),
        "song": contains(HAM, "song"),
        "call_now": contains(SPAM, "call now", "text stop", "reply yes"),
        "my": has(SPAM, "my"),
        "free": has(SPAM, "free"),
        "please": has(SPAM, "please", "plz"),
        "prizes": has(SPAM, "win", "won", "prize", "cash", "claim", "urgent", "guaranteed", "award"),
        "thanks": has(HAM, "love", "thanks", "sorry"),
        "check_out": matches(SPAM, r"check.*out", re.IGNORECASE),
        "url": matches(SPAM, r"https?://\S+"),
        "call_free": matches(SPAM, r"( |^)(call|ringtone)[^\w]* ([^\s]+ )*(free)[^\w]*( |$)", re.IGNORECASE),
        "offers": matches(SPAM, r"\b(?:winner|offers?|voucher|bonus)\b", re.IGNORECASE),
        "number": matches(SPAM, r"[0-9]{5,}"),
        "price": matches(SPAM, r"£ ?[0-9]+"),
        "names": in_lexicon(HAM, lexicons["names"]),
        "shops": in_lexicon(SPAM, lexicons["shops"]),
        "stars": stars,
        "low": low,
    }


class LabelingFunction:
    def __init__(self, name, f):
        self.name, self._f, self._resources, self._pre = name, f, {}, []

    def _preprocess_data_point(self, x):
        for preprocessor in self._pre:
            x = preprocessor(x)
            if x is None:
                raise ValueError("Preprocessor should not return None")
        return x

    def __call__(self, x):
        x = self._preprocess_data_point(x)
        return self._f(x, **self._resources)


class FunctionCaller:
    fault_tolerant = False

    def __call__(self, f, x):
        if not self.fault_tolerant:
            return f(x)


def pandas_point(x, lfs, f_caller):
    labels = []
    for j, lf in enumerate(lfs):
        y = f_caller(lf, x)
        if y >= 0:
            labels.append((j, y))
    return labels


def pandas_applier(frame, lfs):
    labels = frame.apply(partial(pandas_point, lfs=lfs, f_caller=FunctionCaller()), axis=1)
    return matrix([[(index, j, y) for j, y in row] for index, row in enumerate(labels)], lfs)


def point(x, index, lfs, f_caller):
    labels = []
    for j, lf in enumerate(lfs):
        y = f_caller(lf, x)
        if y >= 0:
            labels.append((index, j, y))
    return labels


def applier(points, lfs):
    f_caller = FunctionCaller()
    return matrix([point(x, index, lfs, f_caller) for index, x in enumerate(points)], lfs)


def matrix(labels, lfs):
    L = np.zeros((len(labels), len(lfs)), dtype=int) - 1
    if any(map(len, labels)):
        row, col, data = zip(*chain.from_iterable(labels))
        L[row, col] = data
    return L


def plain(points, lfs):
    functions = [lf._f for lf in lfs]
    return np.array([[function(x) for function in functions] for x in points])


def main(path):
    with open(path, encoding="utf-8") as file:
        given = json.load(file)
    by_name = functions(given["lexicons"])
    lfs = [LabelingFunction(name, by_name[name]) for name in given["rules"]]
    points = [SimpleNamespace(**row) for row in given["rows"]]
    # Missing stars stay None, as in the points.
    frame = pd.DataFrame({name: pd.Series([row[name] for row in given["rows"]], dtype=object) for name in given["rows"][0]})
    rates, votes = {}, None
    loops = {
        "PandasLFApplier's loop": (pandas_applier, frame),
        "LFApplier's loop": (applier, points),
        "plain Python": (plain, points),
    }
    for name, (apply, data) in loops.items():
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            found = apply(data, lfs)
            best = min(best, time.process_time() - start)
        assert votes is None or (votes == found).all(), name
        votes = found
        rates[name] = len(points) * len(lfs) / best
    json.dump({"votes": votes.T.tolist(), "cells_per_second": rates}, sys.stdout)


main(sys.argv[1])
