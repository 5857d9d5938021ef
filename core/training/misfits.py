"""What a choice that does not fit would take: the one change that makes it fit, and why.

A choice is a change of a specification as ``ExperimentSpec.with_changes`` takes it. Whether it fits
is judged by the code that refuses what does not; what would make it fit is for the rules of
``fit_rules.py`` to propose, and a proposal counts only if it is accepted itself. Numbers that are
out of their range are no question of fitting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as replace_dataset
from typing import Any

import msgspec

from core.data import CROSS_ENTROPIES, Dataset, build_dataset, encode_targets, resolved_task
from core.data.build import tested_rows
from core.errors import SpecError, UserError
from core.spec import DataSpec, ExperimentSpec
from core.spec_rules import (
    NO_TEST_ROWS,
    check_memory,
    check_rules,
    parameter_count,
    refuse_too_many,
)
from core.spec_words import check_tree, merge_changes, spec_error
from core.training.fit_output import SKETCH_ROWS, as_classes
from core.training.fit_parts import Wish
from core.training.fit_rules import proposals

# So many changes at most go with one choice.
MOST_COMPANIONS = 4


class Fit(msgspec.Struct, frozen=True):
    """A choice together with what makes it fit.

    Attributes:
        changes: both, as ``ExperimentSpec.with_changes`` takes them.
        sentence: why the choice does not fit alone.
        proposal: what is to change with it, as a command: ``Take backpropagation``.
    """

    changes: dict[str, Any]
    sentence: str
    proposal: str


def accepted(spec: ExperimentSpec, dataset: Dataset, changes: Mapping[str, Any]) -> ExperimentSpec:
    """Return ``spec`` with ``changes``, seen to fit its data, which are ``dataset``, or the new.

    Raises:
        UserError: the changes do not fit, or a number is out of its range.
    """
    wanted = _parsed(spec, changes)
    problem = _problem(spec, dataset, wanted)
    if problem is not None:
        raise problem
    return wanted


def problem_with(
    spec: ExperimentSpec, dataset: Dataset, changes: Mapping[str, Any]
) -> UserError | None:
    """Return why ``changes`` are not ``accepted``, or None where they are."""
    try:
        accepted(spec, dataset, changes)
    except UserError as error:
        return error
    return None


def fitting_change(
    spec: ExperimentSpec, dataset: Dataset, changes: Mapping[str, Any]
) -> Fit | None:
    """Return ``changes`` with the smallest companion that makes them fit ``spec`` and ``dataset``.

    None where they fit as they are, or where nothing would make them fit.
    """
    try:
        wanted = _parsed(spec, changes)
    except UserError:
        return None
    found = _fitted(spec, dataset, wanted, MOST_COMPANIONS)
    if found is None:
        return None
    final, sentence, parts = found
    first, *rest = parts
    rest = [part[:1].lower() + part[1:] for part in rest]
    proposal = " and ".join(filter(None, (", ".join((first, *rest[:-1])), *rest[-1:])))
    return Fit(changes_between(spec, final), sentence, proposal)


def changes_between(old: ExperimentSpec, new: ExperimentSpec) -> dict[str, Any]:
    """Return what makes ``new`` of ``old``, as ``with_changes`` takes it; lists are whole."""
    return _difference(old.to_dict(), new.to_dict())


def dataset_of(spec: ExperimentSpec, dataset: Dataset, wanted: ExperimentSpec) -> Dataset:
    """Return the data of ``wanted``, or so few rows of them that their kind can be told.

    ``dataset`` are the data of ``spec``; they are kept where the rows are the same ones.

    Raises:
        UserError: there are no such data.
    """
    if _rows_of(wanted.data) == _rows_of(spec.data):
        if wanted.data.task == spec.data.task:
            return dataset
        classes = as_classes(dataset, wanted.data.kind)
        if wanted.data.task == "classification" and classes is not None:
            return classes
        return replace_dataset(dataset, task=wanted.data.task)
    samples = min(wanted.data.samples, SKETCH_ROWS)
    return build_dataset(msgspec.structs.replace(wanted.data, samples=samples), wanted.seed)


def _fitted(
    spec: ExperimentSpec, dataset: Dataset, wanted: ExperimentSpec, depth: int
) -> tuple[ExperimentSpec, str, tuple[str, ...]] | None:
    """Return a spec that is accepted, why ``wanted`` is not, and the commands that lead there."""
    problem = _problem(spec, dataset, wanted)
    if problem is None or not depth:
        return None
    try:
        wish = Wish(spec, wanted, dataset_of(spec, dataset, wanted))
    except UserError:
        # Data that do not exist any more fit nothing.
        return None
    half_way = []
    for final, sentence, proposal in proposals(wish, problem):
        rest = _problem(spec, dataset, final)
        if rest is None:
            return final, sentence, (proposal,)
        if _place(rest) != _place(problem):
            half_way.append((final, sentence, proposal))
    for final, sentence, proposal in half_way:
        found = _fitted(spec, dataset, final, depth - 1)
        if found is not None:
            return found[0], sentence, (proposal, *found[2])
    return None


def _place(problem: UserError) -> str:
    return problem.place if isinstance(problem, SpecError) else ""


def _problem(spec: ExperimentSpec, dataset: Dataset, wanted: ExperimentSpec) -> UserError | None:
    """Return the first thing wrong with ``wanted`` and the data that it would be trained on."""
    try:
        data = dataset_of(spec, dataset, wanted)
        is_other_answer = _answers(wanted) != _answers(spec)
        if is_other_answer:
            _check_task(wanted, data)
        check_rules(wanted)
        if is_other_answer:
            output, task = wanted.network.layers[-1], resolved_task(data, wanted.training.loss)
            encode_targets(data, task, output.units, output.activation)
        training = wanted.training
        if training.patience and not _test_rows(wanted, data):
            raise SpecError("training.patience", NO_TEST_ROWS)
        refuse_too_many(training.gradient_source, parameter_count(wanted, data.input_count))
        check_memory(wanted, data.input_count, len(data.inputs))
    except UserError as error:
        return error
    return None


def _check_task(wanted: ExperimentSpec, data: Dataset) -> None:
    """Raise SpecError where classes are needed and there are numbers."""
    loss = wanted.training.loss
    if loss in CROSS_ENTROPIES and resolved_task(data, loss) != "classification":
        raise SpecError("training.loss", f"{loss} needs classes, not numbers to fit")


def _answers(spec: ExperimentSpec) -> tuple[object, ...]:
    """Return all that decides whether the output layer fits."""
    output = spec.network.layers[-1]
    data = msgspec.structs.replace(spec.data, noise=0.0, samples=2, test_fraction=0.0)
    return data, spec.training.loss, output.units, output.activation


def _test_rows(wanted: ExperimentSpec, data: Dataset) -> int:
    """Return how many test rows there would be."""
    if wanted.data.test_inputs is not None:
        return len(wanted.data.test_inputs)
    if wanted.data.kind in ("inline", "file"):
        known = 0 if data.test_inputs is None else len(data.test_inputs)
        return tested_rows(len(data.inputs) + known, wanted.data.test_fraction)
    return tested_rows(wanted.data.samples, wanted.data.test_fraction)


def _rows_of(data: DataSpec) -> tuple[object, ...]:
    return (
        data.kind,
        data.classes,
        data.arms,
        data.features,
        data.inputs,
        data.targets,
        data.path,
        data.target,
        data.missing,
        data.header,
        data.standardize_target,
    )


def _parsed(spec: ExperimentSpec, changes: Mapping[str, Any]) -> ExperimentSpec:
    """Return ``spec`` with ``changes``, of which only types and ranges have been checked."""
    mapping = merge_changes(spec.to_dict(), changes)
    check_tree(mapping)
    try:
        return msgspec.convert(mapping, ExperimentSpec)
    except msgspec.ValidationError as error:
        raise spec_error(str(error), mapping, ExperimentSpec) from None


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = dict.fromkeys(old.keys() - new.keys())
    for key, value in new.items():
        before = old.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            if inner := _difference(before, value):
                changes[key] = inner
        elif value != before:
            changes[key] = value
    return changes
