"""Two versions of the program: this one, and a copy with one more migration, as the next release would bring it."""

import dataclasses
import shutil
from pathlib import Path

from tests.app import process
from tests.cli import terminal
from tests.conftest import HEAD
from tests.rehearsal.compose import ROOT

NEXT = "9999"
MIGRATION = f'''"""What the next release adds."""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{HEAD}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and an index to each table that both versions write meanwhile."""
    for table in ("reminders", "outbox", "inbox"):
        op.add_column(table, sa.Column("remark", sa.String(64), nullable=True))
        op.create_index(f"ix_{{table}}_remark", table, ["remark"])


def downgrade() -> None:
    """Take them away again."""
    for table in ("reminders", "outbox", "inbox"):
        op.drop_index(f"ix_{{table}}_remark", table)
        with op.batch_alter_table(table) as changed:
            changed.drop_column("remark")
'''


@dataclasses.dataclass(frozen=True)
class Version:
    """A release of the program: the tree that its processes are started in, and so import."""

    tree: Path

    def started(self, **settings: str) -> process.Bot:
        """Start `reminderbot run`."""
        return process.Bot(self.tree, "run", cold=True, **settings)  # the tree's own code

    def runs(self, *words: str, **settings: str) -> terminal.Done:
        """Run one command to its end."""
        return terminal.run(*words, folder=self.tree, cold=True, **settings)


def this(folder: Path) -> Version:
    """Return this checkout's version."""
    tree = folder / "old"
    for name in ("reminderbot", "messages", "migrations"):
        shutil.copytree(ROOT / name, tree / name)  # with what is compiled: a start takes no longer
    return Version(tree)


def following(this: Version) -> Version:
    """Return the next version: the same with one more migration."""
    tree = shutil.copytree(this.tree, this.tree.parent / "new")
    (tree / "migrations" / "versions" / f"{NEXT}_what_the_next_release_adds.py").write_text(MIGRATION, "utf-8")
    return Version(tree)
