"""What a widget sends: texts in one language, arrays as bytes beside the message."""

from __future__ import annotations

import numpy as np

from simlib.units import minus
from simlib.words import Text


def pack(value, language: str, buffers: list):
    """``value`` fit to send: Texts in one language, arrays as references to ``buffers``."""
    if isinstance(value, Text):
        return minus(value.to(language))
    if isinstance(value, np.ndarray):
        if value.dtype == np.int64:
            value = value.astype(np.int32)
        buffers.append(np.ascontiguousarray(value).tobytes())
        return {"$": len(buffers) - 1, "type": value.dtype.str[1:]}
    if isinstance(value, dict):
        return {key: pack(one, language, buffers) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [pack(one, language, buffers) for one in value]
    return value
