"""Golden figures for `src/tests/reference.rs`.

`python reference.py` prints what matrix completion and the triplet method make of one made vote matrix, by NumPy, written from
the formulas of the papers. `python reference.py --snorkel` runs the package's LabelModel instead (pip install snorkel==0.10.0, several
gigabytes), from the same start, to see that both agree to 1e-5; nothing else in the project needs it.
`python reference.py --crowd-kit` prints what crowd-kit's DawidSkene makes of it after two steps (pip install crowd-kit==1.4.2).
"""

import sys

import numpy as np


def votes(n, m, k):
    """The matrix that the test makes too: integers only, so that both sides agree."""
    rows = np.full((n, m), -1)
    for i in range(n):
        truth = (i * i + 3 * i) % 7 % k
        for j in range(m):
            x = (i * 31 + j * 17 + i * j * 5) % 23
            if x < 14 - j:
                rows[i, j] = truth
            elif x < 18:
                rows[i, j] = (truth + 1 + j) % k
    return rows


def matrix_completion(L, k, p, scale=0.5, epochs=100, rate=0.01, momentum=0.9, precision=0.7):
    n, m = L.shape
    Z = np.stack([(L[:, j] == y) for j in range(m) for y in range(k)], axis=1).astype(float)
    O = Z.T @ Z / n
    mask = 1 - np.kron(np.eye(m), np.ones((k, k)))
    P = np.diag(p)
    mu = np.zeros((m * k, k))
    for j in range(m):
        for y in range(k):
            mu[j * k + y, y] = min(1, O[j * k + y, j * k + y] * precision / p[y])
    mu *= scale
    velocity = None
    for _ in range(epochs):
        gradient = -4 * ((O - mu @ P @ mu.T) * mask) @ mu @ P + 2 * np.outer(mu @ p - np.diag(O), p)
        velocity = gradient if velocity is None else momentum * velocity + gradient
        mu = mu - rate * velocity
    least = min(0.01, 10.0 ** -np.ceil(np.log10(n)))
    mu = np.clip(mu, least, 1 - least)
    X = Z @ np.log(mu) + np.log(p)
    X = np.exp(X - X.max(1, keepdims=True))
    return X / X.sum(1, keepdims=True)


def triplet(L, q):
    """Two labels; the prior of label 1 is q and applied once."""
    V = np.where(L < 0, 0, 2 * L - 1).astype(float)
    n, m = V.shape
    M = V.T @ V / n
    logs = np.tile(np.log([1 - q, q]), (n, 1))
    for i in range(m):
        pairs = [(j, l) for j in range(m) for l in range(j + 1, m) if i not in (j, l)]
        a = np.mean([np.sqrt(abs(M[i, j] * M[i, l] / M[j, l])) if M[j, l] != 0 else 0 for j, l in pairs])
        p0, p1 = np.mean(V[:, i] == 0), np.mean(V[:, i] == 1)
        c = 0.5 * (1 + a - p0)
        both = 0.5 * (c + p1 - (1 - q) * (1 - p0))
        joint = np.abs([[c - both, q * (1 - p0) - both], [p0 * (1 - q), p0 * q], [p1 - both, both]])
        joint /= joint.sum()
        logs += np.log(np.maximum(joint[V[:, i].astype(int) + 1], 1e-300)) - np.log([1 - q, q])
    X = np.exp(logs - logs.max(1, keepdims=True))
    return X / X.sum(1, keepdims=True)


def snorkel(L, k, p):
    from unittest import mock

    from snorkel.labeling.model import LabelModel

    model = LabelModel(cardinality=k, verbose=False)
    with mock.patch("numpy.random.random", return_value=0.5):
        model.fit(L, class_balance=list(p), n_epochs=100, lr=0.01, l2=0.0, seed=1, progress_bar=False)
    return model.predict_proba(L)


def crowd_kit(L, steps):
    """The package itself, which never sees that a source abstains; every row of `L` has a vote."""
    import pandas as pd
    from crowdkit.aggregation import DawidSkene

    rows, sources = np.nonzero(L >= 0)
    answers = pd.DataFrame({"task": rows, "worker": sources, "label": L[rows, sources]})
    return DawidSkene(n_iter=steps, tol=-np.inf).fit_predict_proba(answers).sort_index().to_numpy()


def show(name, rows):
    print(name, [[float(f"{x:.12g}") for x in row] for row in rows[:4]])


if __name__ == "__main__":
    for k, p in [(2, [0.3, 0.7]), (3, [0.2, 0.5, 0.3])]:
        L, p = votes(210, 5, k), np.array(p)
        mine = matrix_completion(L, k, p)
        show(f"matrix completion, {k} labels", mine)
        if "--snorkel" in sys.argv:
            print("largest difference to the package", np.abs(mine - snorkel(L, k, p)).max())
    if "--crowd-kit" in sys.argv:
        L = votes(210, 5, 2)
        show("crowd-kit's DawidSkene", crowd_kit(L, 2))
    show("triplet", triplet(votes(210, 5, 2), 0.3))
