"""CPU seconds of label models of other packages: `peers.py snorkel|crowd-kit VOTES SOURCES LABELS`.

`crowd-kit` is the package itself. `snorkel` is not: it installs gigabytes, so these are the steps of its 0.10 LabelModel with
NumPy in single precision as there, which leaves out its loop over votes and its checks: what it takes is less than what it takes
there.
"""

import sys
import time

import numpy as np


def snorkel(votes, labels):
    """`_generate_O`, a hundred epochs of `_loss_mu` and `_loss_l2` by gradient, `predict_proba`."""
    rows, sources = votes.shape
    start = time.process_time()
    ind = np.zeros((rows, sources * labels), dtype=np.float32)
    for label in range(labels):
        ind[:, label::labels] = np.where(votes == label, 1, 0)
    moments = ind.T @ ind / rows
    mask = 1 - np.kron(np.eye(sources), np.ones((labels, labels)))
    prior = np.full(labels, 1 / labels)
    mu = np.zeros((sources * labels, labels))
    rates = np.diag(moments)
    for source in range(sources):
        for label in range(labels):
            at = source * labels + label
            mu[at, label] = min(1, rates[at] * 0.7 / prior[label]) * 0.5
    velocity = 0
    for _ in range(100):
        gradient = -4 * ((moments - (mu * prior) @ mu.T) * mask) @ (mu * prior) + 2 * np.outer(mu @ prior - rates, prior)
        velocity = 0.9 * velocity + gradient
        mu = mu - 0.01 * velocity
    logs = np.log(np.clip(mu, 1e-6, 1 - 1e-6)).astype(np.float32)
    scores = np.exp(ind @ logs + np.log(prior))
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    assert probabilities.shape == (rows, labels)
    return time.process_time() - start


def crowd_kit(votes, _labels):
    import pandas as pd
    from crowdkit.aggregation import DawidSkene

    rows, sources = np.nonzero(votes != 255)
    frame = pd.DataFrame({"task": rows, "worker": sources, "label": votes[rows, sources]})
    start = time.process_time()
    DawidSkene(n_iter=100).fit_predict(frame)
    return time.process_time() - start


if __name__ == "__main__":
    peer, file, sources, labels = sys.argv[1:]
    votes = np.fromfile(file, dtype=np.uint8).reshape(int(sources), -1).T
    print({"snorkel": snorkel, "crowd-kit": crowd_kit}[peer](votes, int(labels)))
