"""How many examples hypothesis tries: the same on every run, or with ``make explore`` many more and new ones each
time."""

from hypothesis import settings

ORDINARY, EXPLORE = "ordinary", "explore"
MORE = 10  # times as many examples, where a run explores

settings.register_profile(ORDINARY, deadline=None, derandomize=True)  # a busy machine is no fault of the code
settings.register_profile(EXPLORE, deadline=None, derandomize=False, print_blob=True)
settings.load_profile(ORDINARY)  # pytest --hypothesis-profile=explore loads the other before any test module is read


def examples(number: int, **more) -> settings:
    """The settings of a property: so many examples, in the profile of this run; ``more`` are hypothesis' own
    options."""
    exploring = settings.get_current_profile_name() == EXPLORE
    return settings(max_examples=number * (MORE if exploring else 1), **more)
