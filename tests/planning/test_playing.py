"""What holds for every play, whatever happens in it: it ends, each step becomes one thing, and nobody is woken."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reminderbot.planning import hours, life, plans, playing, timeline
from tests.planning import cases
from tests.planning import test_planning_properties as drawn

quickly = settings(max_examples=200, deadline=None, derandomize=True)
KINDS = st.sampled_from([playing.Kind.MOVES, playing.Kind.STOPS, playing.Kind.RETURNS, playing.Kind.DECLINES])
Story = tuple[plans.Plan, timeline.Anchor, timeline.Habits, datetime]


@st.composite
def scripts(draw: st.DrawFn, story: Story) -> playing.Script:
    """What may happen in some weeks after a patient has joined."""
    _, anchor, _, joins = story
    happens = []
    for minutes in draw(st.lists(st.integers(0, 21 * 1440), max_size=5)):
        to = timeline.Anchor(anchor.day + timedelta(days=draw(st.integers(-3, 20))), draw(drawn.WALLS), anchor.zone)
        happens.append(playing.Happening(joins + timedelta(minutes=minutes), draw(KINDS), to))
    return playing.Script(joins, tuple(happens), declines=draw(st.booleans()))


@quickly
@given(st.data(), drawn.stories())
def test_every_step_is_sent_once_or_has_a_reason_and_never_in_quiet_hours(data: st.DataObject, story: Story) -> None:
    plan, anchor, habits, joins = story
    played = playing.play(plan, anchor, habits, data.draw(scripts(story)))

    sent = [each for each in played.outcomes if each.state is life.State.SENT]
    assert sorted(each.step.key for each in played.outcomes) == sorted(step.key for step in plan.steps)
    assert all(each.reason is not None for each in played.outcomes if each not in sent)
    assert not any(each.state in life.OPEN for each in played.outcomes)
    assert len({each.at for each in sent}) == len(sent)
    for each in sent:
        assert each.at > joins
        assert not hours.is_quiet(each.at, habits.quiet, habits.zone)


@quickly
@given(st.data(), drawn.stories())
def test_nothing_is_sent_between_a_stop_and_the_way_back(data: st.DataObject, story: Story) -> None:
    plan, anchor, habits, joins = story
    stops, returns = sorted(data.draw(st.integers(0, 21 * 1440)) for _ in range(2))
    stop, back = joins + timedelta(minutes=stops), joins + timedelta(minutes=returns)
    happens = (playing.Happening(stop, playing.Kind.STOPS), playing.Happening(back, playing.Kind.RETURNS))
    played = playing.play(plan, anchor, habits, playing.Script(joins, happens))

    assert not [each for each in played.outcomes if each.state is life.State.SENT and stop <= each.at < back]


@quickly
@given(drawn.stories())
def test_where_nothing_happens_what_is_planned_is_sent(story: Story) -> None:
    plan, anchor, habits, joins = story
    planned = timeline.slots(plan, anchor, habits, now=joins)
    played = playing.play(plan, anchor, habits, playing.Script(joins))

    said = {each.step.key: each.at for each in played.outcomes if each.reason in (None, life.Reason.OVERTAKEN)}
    assert said == {slot.step.key: slot.due for slot in planned if slot.state is life.State.PLANNED}


def test_whoever_joins_on_the_second_day_begins_with_the_third() -> None:
    played = playing.play(cases.PLAN, cases.SESSION, cases.ANA, playing.Script(cases.utc("2026-11-26 11:00")))

    sent = [each.step.key for each in played.outcomes if each.state is life.State.SENT]
    assert sent == ["day-3", "day-7"]
