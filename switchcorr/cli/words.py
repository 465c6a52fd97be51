"""A command that takes its words as typer does, and says of wrong ones which would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

_OF_A_LIBRARY = "Value error, "


class HelpfulCommand(TyperCommand):
    """A command that tells which option a file without one was meant for, and its errors without the names of libraries."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # the context's type is no public name
        """Take the words; what is left over is an error."""
        ctx.allow_extra_args = True
        try:
            left: list[str] = super().parse_args(ctx, args)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix(_OF_A_LIBRARY)
            raise
        if left and not ctx.resilient_parsing:
            from switchcorr.text import clean  # only errors need it

            words = [clean(word) for word in left]
            ctx.fail(f"Got unexpected extra argument(s) ({' '.join(words)}){self._meant(words[0])}")
        return left

    def invoke(self, ctx: Any) -> Any:
        """Run the command; commands that it tells are completed with what it was given, those of its errors too."""
        from switchcorr.cli.again import RUNNING, as_given, call_of  # a help needs neither
        from switchcorr.errors import SwitchcorrError

        token = RUNNING.set(call_of(ctx))
        try:
            return super().invoke(ctx)
        except SwitchcorrError as error:
            error.message, error.hint = as_given(error.message), as_given(error.hint)
            raise
        finally:
            RUNNING.reset(token)

    def _meant(self, word: str) -> str:
        """The option that takes such a file or folder, if the command has it."""
        option = "--captures" if Path(word).is_dir() else "--events"
        known = any(option in parameter.opts for parameter in self.params)
        return f". Did you mean {option} {word}?" if known else ""
