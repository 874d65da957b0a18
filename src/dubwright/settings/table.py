"""What all tables of settings share."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """Settings that stand together. They are never changed, and their numbers are finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
