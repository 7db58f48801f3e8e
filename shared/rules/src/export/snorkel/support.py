def _value(row, column):
    """A cell, or None where it is missing."""
    try:
        value = row[column]
    except TypeError:
        value = getattr(row, column)
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    return value


def _text(row, column):
    value = _value(row, column)
    return value if isinstance(value, str) else None


def _number(row, column):
    value = _value(row, column)
    return None if value is None or not isfinite(value) else float(value)


def _bool(row, column):
    value = _value(row, column)
    return None if value is None or value != value else bool(value)


def _date(row, column):
    """Days since 1970-01-01 of a date or a time."""
    value = _value(row, column)
    return None if value is None or value != value else value.toordinal() - 719163


def _found(text, *patterns):
    """Whether one of the patterns matches; None where there is no text."""
    return None if text is None else any(pattern.search(text) for pattern in patterns)


def _searched(text):
    """The first MiB of a text, which is what rules search with regular expressions."""
    if text is None or len(text) <= 262144:
        return text
    return text.encode()[:1048576].decode(errors="ignore")


def _count(text, pattern):
    return None if text is None else sum(1 for _ in pattern.finditer(text))


def _share(text, pattern):
    return _count(text, pattern) / len(text) if text else None


def _length(text):
    return None if text is None else len(text)


def _compare(left, operator, right):
    return None if left is None or right is None else operator(left, right)


def _among(value, values):
    return None if value is None else value in values


def _calculate(left, operator, right):
    """A number, or None where it is not finite."""
    if left is None or right is None or (operator is truediv and right == 0):
        return None
    result = operator(float(left), float(right))
    return result if isfinite(result) else None
