"""Command lines whose help and errors are in French, in plain text for any terminal or pipe.

Typer's own messages are English, mostly out of reach of gettext, and framed in boxes. Here its
commands get French help, and its errors are translated.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from web.core.cli.asking import EXIT_USAGE, WrongValueError
from web.core.cli.streams import say
from web.core.text import NBSP, printable_line

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter

F = TypeVar("F", bound=Callable[..., Any])
HELP = "Afficher cette aide."
INTERRUPTED = "Commande interrompue. Rien n’a été fait."
NOT_UNDERSTOOD = "La commande n’est pas correcte."
_NAME = r"['\"](?P<name>.+)['\"]"
# Typer's usage errors. Values are not repeated: one may be somebody's NIR.
_SENTENCES = tuple(
    (re.compile(pattern, re.DOTALL), sentence)
    for pattern, sentence in {
        r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<near>.+)\))?": (
            "L’option {name} n’existe pas."
        ),
        rf"Option {_NAME} requires .+": "L’option {name} doit être suivie d’une valeur.",
        rf"Option {_NAME} does not take a value\.": "L’option {name} ne prend pas de valeur.",
        rf"Missing option {_NAME}\.": "Il manque l’option {name}.",
        rf"Missing argument {_NAME}\.": "Il manque l’argument {name}.",
        r"Missing command\.": "Il manque le nom d’une commande.",
        rf"No such command {_NAME}(?:\.|\. Did you mean (?P<near>.+)\?)": (
            "La commande {name} n’existe pas."
        ),
        r"Got unexpected extra argument.+": (
            "Il y a un argument de trop. Une valeur qui contient des espaces s’écrit entre "
            "guillemets."
        ),
        rf"Invalid value for {_NAME}: .+": "La valeur de {name} ne convient pas.",
    }.items()
)


class Command(TyperCommand):
    """A command whose help is in French."""

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """`--help`."""
        return _in_french(super().get_help_option(ctx))

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the usage line."""
        _write_usage(ctx, formatter, self.collect_usage_pieces(ctx))

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the arguments and options."""
        _write_parameters(formatter, self.get_params(ctx))


class Group(TyperGroup):
    """A group of commands whose help and errors are in French."""

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """`--help`."""
        return _in_french(super().get_help_option(ctx))

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the usage line."""
        _write_usage(ctx, formatter, self.collect_usage_pieces(ctx))

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the arguments and options, then each command with its first paragraph."""
        _write_parameters(formatter, self.get_params(ctx))
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        rows = [(name, _first_paragraph(entry.help or "")) for name, entry in commands]
        _write_section(formatter, "Commandes", rows)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Show the help when no command is given."""
        if not args:
            sys.stderr.write(f"{ctx.get_help()}\n")
            ctx.exit(EXIT_USAGE)
        return super().parse_args(ctx, args)

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run a command and exit with its status; print a usage error as a French sentence."""
        try:
            sys.exit(super().main(*args, **{**kwargs, "standalone_mode": False}))
        except typer.TyperException as error:
            sys.stderr.write(_error_text(error))
            sys.exit(error.exit_code)
        except typer.Abort:
            sys.stderr.write(f"{INTERRUPTED}\n")
            sys.exit(1)


def make_typer(description: str = "") -> typer.Typer:
    """Return a Typer in French; add its commands with `add_command`."""
    return typer.Typer(
        cls=Group,
        help=description,
        options_metavar="[OPTIONS]",
        subcommand_metavar="COMMANDE [ARGUMENTS]…",
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


def add_command(cli: typer.Typer, name: str, description: str) -> Callable[[F], F]:
    """Register the decorated function as a command; its first paragraph is shown in the list."""
    return cli.command(name, cls=Command, help=description)


def _in_french(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = HELP
        option.callback = _show_help
    return option


def _show_help(ctx: Context, _: object, is_asked: bool) -> None:
    if is_asked:
        say(ctx.get_help())
        ctx.exit()


def _write_usage(ctx: Context, formatter: HelpFormatter, pieces: Sequence[str]) -> None:
    arguments = " ".join(piece.strip("{}") for piece in pieces)
    formatter.write_usage(ctx.command_path, arguments, prefix=f"Usage{NBSP}: ")


def _write_parameters(formatter: HelpFormatter, parameters: Iterable[object]) -> None:
    arguments = [entry for entry in parameters if isinstance(entry, TyperArgument)]
    options = [entry for entry in parameters if isinstance(entry, TyperOption)]
    _write_section(
        formatter, "Arguments", [(entry.metavar or "", _help(entry)) for entry in arguments]
    )
    _write_section(formatter, "Options", [(_names(entry), _help(entry)) for entry in options])


def _write_section(formatter: HelpFormatter, title: str, rows: Sequence[tuple[str, str]]) -> None:
    if rows:
        with formatter.section(f"{title}{NBSP}"):
            formatter.write_dl(rows)


def _names(option: TyperOption) -> str:
    names = ", ".join(option.opts)
    return names if option.is_flag else f"{names} {option.metavar or ''}".rstrip()


def _help(parameter: TyperArgument | TyperOption) -> str:
    text = parameter.help or ""
    return f"{text} [obligatoire]" if parameter.required else text


def _first_paragraph(text: str) -> str:
    return inspect.cleandoc(text).split("\n\n")[0].replace("\n", " ")


def _error_text(error: typer.TyperException) -> str:
    """Return the error's sentence, then the usage line."""
    if isinstance(error, WrongValueError):
        return f"{printable_line(error.message)}\n"
    text = f"{printable_line(in_french(error.format_message()))}\n"
    context: Context | None = getattr(error, "ctx", None)
    if context is None:
        return text
    return f"{text}{context.get_usage()}\nAide{NBSP}: {context.command_path} --help\n"


def in_french(message: str) -> str:
    """Translate a usage error of Typer."""
    for pattern, sentence in _SENTENCES:
        if found := pattern.fullmatch(message):
            parts = {**found.groupdict()}
            if re.search(r"[0-9@]", parts.get("name") or ""):
                parts["name"] = "indiquée"
            near = re.findall(r"[\w-]+", parts.get("near") or "")
            suggestion = f" Vouliez-vous écrire {' ou '.join(near)}{NBSP}?" if near else ""
            return sentence.format(**parts) + suggestion
    return NOT_UNDERSTOOD
