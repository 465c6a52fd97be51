"""What a running sweep writes down: captures, journal and manifest, and what of it changes while devices are visited and parsed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from switchcorr.captures.saving import FolderSaving, folder_names, remove_parts
from switchcorr.captures.sweep_folder import SweepManifest
from switchcorr.errors import InputFileError
from switchcorr.files import OwnFolder
from switchcorr.model.sweep import ParseAccount, SweepState, VisitAccount
from switchcorr.secret import Masker


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is written down of a sweep before its first visit.

    Attributes:
        accounts: of every device; None while it waits for its visit.
        folders: of devices of a resumed sweep; all others get theirs by their name.
    """

    sweep: str
    started_at: datetime
    accounts: Mapping[str, VisitAccount | None]
    folders: Mapping[str, str]


class SweepRecords:
    """The records of one sweep.

    Args:
        root: its folder, open as long as this is used.
        maskers: what takes a device's own secrets out of its text.
    """

    def __init__(self, root: OwnFolder, beginning: Beginning, maskers: Mapping[str, Masker]) -> None:
        self._beginning = beginning
        self._accounts: dict[str, VisitAccount | None] = dict(beginning.accounts)
        self._folders = {**folder_names(beginning.accounts), **beginning.folders}
        self._root = root
        self._maskers = maskers
        masks = {name: masker.data for name, masker in maskers.items()}
        self.saving = FolderSaving(root, sweep=beginning.sweep, folders=self._folders, masks=masks)

    @property
    def sweep(self) -> str:
        """The name of the sweep."""
        return self._beginning.sweep

    def begin(self) -> None:
        """Take away what a killed sweep left half-written, and say in the manifest which devices wait.

        Raises:
            InputFileError: it cannot be written.
        """
        remove_parts(self._root, self._folders.values())
        self.saving.manifest(self._manifest(SweepState.RUNNING, None))

    def masked(self, account: VisitAccount) -> VisitAccount:
        """An account without the secrets that its device or driver may have repeated."""
        masker, failure = self._maskers.get(account.device), account.failure
        if masker is None:
            return account
        return replace(
            account,
            hostname=masker.text(account.hostname),
            failure=replace(failure, message=masker.text(failure.message), hint=masker.text(failure.hint)) if failure else None,
            warnings=tuple(masker.text(warning) for warning in account.warnings),
        )

    def mask(self, device: str, text: str) -> str:
        """A sentence on a device without its secrets."""
        masker = self._maskers.get(device)
        return masker.text(text) if masker is not None else text

    def visited(self, account: VisitAccount) -> None:
        """Note how a visit ended."""
        self._accounts[account.device] = account

    def parsed(self, device: str, parse: ParseAccount) -> None:
        """Note what the text of a device gave."""
        account = self._accounts.get(device)
        if account is not None:
            self._accounts[device] = replace(account, parse=parse)

    def folder_of(self, device: str) -> str:
        """The folder of a device in that of the sweep."""
        return self._folders[device]

    def unparsed(self) -> Iterable[str]:
        """Devices of which text is there and nobody has parsed it."""
        return [name for name, account in self._accounts.items() if account is not None and account.commands and account.parse is None]

    def end(self, state: SweepState, ended_at: datetime) -> tuple[SweepManifest, str]:
        """Write the manifest for good, and give what it says. A sweep in which devices still wait is not done.

        Where it cannot be written the sweep is not done either: why is the second value, empty otherwise. A resumed sweep makes it
        anew from the journal.
        """
        waits = any(account is None for account in self._accounts.values())
        manifest = self._manifest(SweepState.INTERRUPTED if waits and state is SweepState.DONE else state, ended_at)
        try:
            self.saving.manifest(manifest)
        except InputFileError as error:
            state = SweepState.INTERRUPTED if manifest.state is SweepState.DONE else manifest.state
            return replace(manifest, state=state), f"{error.message} `--resume` makes it anew."
        return manifest, ""

    def _manifest(self, state: SweepState, ended_at: datetime | None) -> SweepManifest:
        return SweepManifest(self._beginning.sweep, self._beginning.started_at, state, dict(self._accounts), self._folders, ended_at)
