"""The flat sections of a file as pydantic models: budget, search, training."""

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from nasvid.core.recipes import Recipe
from nasvid.spec.sections import Features, SearchSettings, default_algorithm

MAX_LIMIT = 10**18
MOST_WEIGHT = 1e6
_COUNT = r"([0-9]{1,18}(?:\.[0-9]{1,18})?(?:e\+?[0-9]{1,2})?)([KMGTkmgt]?)"
_SCALES = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def parse_count(value: object) -> int:
    """A count such as 2G, 4.5M or 1000.

    Example:
        >>> parse_count("4.5M"), parse_count(1000)
        (4500000, 1000)
    """
    match = None if isinstance(value, bool) else re.fullmatch(_COUNT, str(value))
    count = 0
    if match is not None:
        count = round(Decimal(match[1]) * _SCALES[match[2].upper()])
    if not 1 <= count <= MAX_LIMIT:
        raise ValueError("accepts a positive count such as 2G, 4.5M or 1000")
    return count


Count = Annotated[
    int,
    BeforeValidator(parse_count),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                {"type": "string", "pattern": f"^{_COUNT}$"},
            ]
        }
    ),
]


class Section(BaseModel):
    """A section with known keys alone and no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class BudgetSection(Section):
    """Hard limits; a candidate above one is never trained."""

    macs: Count | None = Field(None, description="Multiply-adds for one clip")
    params: Count | None = Field(None, description="Trainable parameters")
    activations: Count | None = Field(None, description="Elements written for one clip")


_SEARCH = SearchSettings()
_TRAINING = Recipe()


class PenaltySection(Section):
    """A soft limit of a cost."""

    target: Count = Field(description="Cost up to which nothing changes")
    exponent: float = Field(
        -0.07, ge=-10, lt=0, description="Above it scores are scaled by (cost / target) ** this"
    )
    rewards: bool = Field(default=False, description="Whether a lower cost raises the score too")


class SurrogateSection(Section):
    """A model of the scores that ranks children before they are proposed."""

    share: float = Field(
        _SEARCH.surrogate.share, ge=0, le=1, description="Share of guided proposals; 0 for none"
    )
    after: int = Field(_SEARCH.surrogate.after, ge=2, description="Results before it guides")
    pool: int = Field(
        _SEARCH.surrogate.pool, ge=2, le=10**5, description="Children ranked for a proposal"
    )
    optimism: float = Field(
        _SEARCH.surrogate.optimism, ge=0, le=100, description="Worth of a standard deviation"
    )
    features: Features = Field(
        _SEARCH.surrogate.features, description="What it knows a candidate by"
    )


def _switched(value: object) -> object:
    """`surrogate: false` switches it off, `true` is the default."""
    if isinstance(value, bool):
        return {} if value else {"share": 0.0}
    if not isinstance(value, Mapping | SurrogateSection):
        raise ValueError("accepts true, false or a mapping")
    return cast("object", value)


def _as_penalty(value: object) -> object:
    """`macs: 2G` is a target with the default exponent."""
    return {"target": value} if isinstance(value, str | int | float) else value


_CostName = Literal["macs", "params", "activations"]
_Penalty = Annotated[
    PenaltySection, BeforeValidator(_as_penalty, json_schema_input_type=PenaltySection | Count)
]
_Factor = Annotated[float, Field(ge=1, le=100)]
_MetricName = Annotated[str, Field(min_length=1, max_length=200)]
_ObjectiveName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]
_Epochs = Annotated[int, Field(ge=1, le=10**5)]
_Weight = Annotated[float, Field(ge=0, le=MOST_WEIGHT)]


def _as_operator(value: object) -> object:
    """A weight, or options with one; not a union, which would tell one mistake twice."""
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, object]", value))
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_WEIGHT:
        return float(value)
    raise ValueError(
        f"accepts a weight from 0 to {MOST_WEIGHT:,.0f}, or a mapping of options and `weight`"
    )


_Operators = dict[
    str,
    Annotated[Any, PlainValidator(_as_operator, json_schema_input_type=_Weight | dict[str, Any])],
]


def _as_list(value: object) -> object:
    """One name alone is a list of one; Python may give a tuple."""
    if isinstance(value, str):
        return [value]
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


_Start = Annotated[str, Field(min_length=1, max_length=1000)]


class SearchSection(Section):
    """How to search."""

    algorithm: str = Field(
        _SEARCH.algorithm,
        description="Such as aging_evolution, or archive_evolution, the default of several objectives",
    )
    candidates: int = Field(
        _SEARCH.candidates, ge=1, le=10**7, description="Evaluations of the search"
    )
    population: int = Field(
        _SEARCH.population, ge=1, le=10**6, description="Live architectures of an evolution"
    )
    tournament: int = Field(
        _SEARCH.tournament, ge=1, le=10**6, description="Members that compete to be a parent"
    )
    seed: int = Field(_SEARCH.seed, ge=0, lt=2**63, description="Seed of everything")
    window: int = Field(_SEARCH.window, ge=1, le=10**5, description="Most jobs in flight")
    attempts: int = Field(
        _SEARCH.attempts, ge=1, le=10**7, description="Proposals before a job waits for results"
    )
    objective: _ObjectiveName = Field(
        _SEARCH.objective, description="Metric, or cost, by which the winner is found"
    )
    objectives: dict[_MetricName, Literal["max", "min"]] = Field(
        default_factory=dict, description="All that is optimised, each max or min"
    )
    penalties: dict[_CostName, _Penalty] = Field(
        default_factory=dict[_CostName, _Penalty], description="Soft limits of costs"
    )
    mutations: _Operators = Field(
        default_factory=dict, description="Mutation to weight, or to options with a weight"
    )
    mutation_count: tuple[_Factor, _Factor] = Field(
        _SEARCH.mutation_count, description="Mutations of a child, first and last"
    )
    crossovers: _Operators = Field(
        default_factory=dict, description="Crossover to weight, or to options with a weight"
    )
    crossover_share: float = Field(
        _SEARCH.crossover_share, ge=0, le=1, description="Share of children of two parents"
    )
    surrogate: Annotated[
        SurrogateSection,
        BeforeValidator(_switched, json_schema_input_type=SurrogateSection | bool),
    ] = Field(
        default_factory=SurrogateSection.model_construct,
        description="Model of the scores, or false",
    )
    repeat_share: float = Field(
        _SEARCH.repeat_share, ge=0, lt=1, description="Share of jobs that train a good one again"
    )
    rungs: list[_Epochs] = Field(
        default_factory=list[_Epochs],
        max_length=20,
        description="Epochs of each level of promotion",
    )
    reduction: int = Field(
        _SEARCH.reduction, ge=2, le=1000, description="One in so many is promoted"
    )
    warm_start: Annotated[
        list[_Start], BeforeValidator(_as_list, json_schema_input_type=list[_Start] | _Start)
    ] = Field(default_factory=list, description="Zoo networks, files or runs that are tried first")
    timeout_s: float = Field(
        _SEARCH.timeout_s,
        ge=0,
        le=10**9,
        description="Seconds a candidate may take; 0 sets no limit",
    )
    finalists: int = Field(
        _SEARCH.finalists, ge=1, le=1000, description="Best candidates trained again at the end"
    )
    repeats: int = Field(
        _SEARCH.repeats, ge=0, le=1000, description="How often each of them is, with fresh seeds"
    )
    final_split: Literal["", "val", "test"] = Field(
        "test", description="Split on which the winner is scored once at the end"
    )

    @model_validator(mode="after")
    def _for_its_objectives(self) -> "SearchSection":
        if "algorithm" not in self.model_fields_set:
            self.algorithm = default_algorithm(self.objectives)
        return self

    @field_validator(
        "mutation_count", mode="before", json_schema_input_type=tuple[_Factor, _Factor] | _Factor
    )
    @classmethod
    def _as_pair(cls, value: object) -> object:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return (float(value), float(value))
        given = cast("list[object]", value) if isinstance(value, list | tuple) else []
        if len(given) != 2:
            raise ValueError("accepts a number, or two: at the beginning and at the end")
        return tuple(given)

    @field_validator("rungs")
    @classmethod
    def _rising(cls, value: list[int]) -> list[int]:
        if any(later <= earlier for earlier, later in pairwise(value)):
            raise ValueError("accepts epochs that rise from one level to the next")
        return value

    @field_validator("objectives")
    @classmethod
    def _holds_objective(
        cls, value: dict[str, Literal["max", "min"]], info: ValidationInfo
    ) -> dict[str, Literal["max", "min"]]:
        objective = info.data.get("objective")
        if value and objective is not None and objective not in value:
            raise ValueError(
                f"lacks {objective!r}, by which the winner is found; add it, or say `objective` "
                f"with one of {', '.join(map(repr, value))}"
            )
        return value


_Share = Annotated[float, Field(ge=0, lt=1)]


class TrainingSection(Section):
    """How a candidate is trained."""

    epochs: int = Field(_TRAINING.epochs, ge=1, le=10**5)
    batch_size: int = Field(_TRAINING.batch_size, ge=1, le=10**5)
    optimizer: Literal["adamw", "sgd"] = "adamw"
    lr: Annotated[float, Field(gt=0, le=100)] = _TRAINING.lr
    weight_decay: Annotated[float, Field(ge=0)] = _TRAINING.weight_decay
    momentum: _Share = _TRAINING.momentum
    warmup: _Share = _TRAINING.warmup
    label_smoothing: _Share = _TRAINING.label_smoothing
    clip_grad: Annotated[float, Field(ge=0)] = _TRAINING.clip_grad
    flip: bool = _TRAINING.flip
    train_clips: int = Field(_TRAINING.train_clips, ge=0)
    val_clips: int = Field(_TRAINING.val_clips, ge=1, le=1000)
    precision: Literal["auto", "fp32", "bf16"] = "auto"


def parse_printed(value: object) -> str:
    """A count with its printed digits, as text.

    Example:
        >>> parse_printed("34.50M"), parse_printed(31505325)
        ('34.50M', '31505325')
    """
    if isinstance(value, float):
        raise ValueError("accepts a whole number, or one with its unit such as 34.57M")
    parse_count(value)
    return str(value)


PrintedText = Annotated[
    str,
    BeforeValidator(parse_printed),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "exclusiveMinimum": 0},
                {"type": "string", "pattern": f"^{_COUNT}$"},
            ]
        }
    ),
]
_Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_+-]{0,99}$")]


class PublishedSection(Section):
    """What is in print about a network of the literature."""

    family: _Name = Field(description="Networks that it is one of, such as slowfast")
    year: int = Field(ge=1950, le=2100, description="In which it came out")
    source: str = Field(pattern=r"^https?://\S{1,500}$", description="Address of the paper")
    params: PrintedText | None = Field(None, description="Parameters, with the digits in print")
    macs: PrintedText | None = Field(None, description="Multiply-adds of a clip, likewise")
    norm: Literal[0, 2, 5] = Field(0, description="What a normalised element adds to macs")
    clip: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,4}x[1-9][0-9]{0,4}$")] | None = Field(
        None, description="TxS of macs; by default the clip of the file"
    )
    classes: int | None = Field(None, ge=1, le=10**6, description="By default those of the file")
    accuracy: dict[_Name, Annotated[float, Field(ge=0, le=100)]] = Field(
        default_factory=dict, description="Data set to top-1 accuracy in percent"
    )
