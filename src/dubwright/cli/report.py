"""Quality reports as people read them."""

from rich.table import Table

from dubwright.domain.quality import Check, QcReport


def quality_lines(quality: QcReport) -> Table:
    """One line a check: whether it holds, what was measured, what was promised."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for check in quality.checks:
        table.add_row(_mark(check), check.name, _measured(check), check.limit, check.note)
    return table


def _mark(check: Check) -> str:
    if check.passed:
        return "[green]✓[/green]"
    return "[red]✗[/red]" if check.hard else "[yellow]![/yellow]"


def _measured(check: Check) -> str:
    if check.value is None:
        return "not measured"
    value = f"{check.value:.2f}".rstrip("0").rstrip(".")
    return f"{value} {check.unit}".strip()
