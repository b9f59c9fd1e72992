"""Commands in French, help and errors alike, in plain text that any terminal or pipe can show.

Typer has its own words in English, most of them out of reach of a translation, and draws boxes.
Its commands are given their help here, and its errors are told in our sentences.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from web.core.asking import EXIT_USAGE, WrongValueError
from web.core.streams import say
from web.core.text import printable_line

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter

F = TypeVar("F", bound=Callable[..., Any])
NBSP = "\u00a0"
HELP = "Afficher cette aide."
INTERRUPTED = "Commande interrompue. Rien n’a été fait."
NOT_UNDERSTOOD = "La commande n’est pas correcte."
_NAME = r"['\"](?P<name>.+)['\"]"
# What Typer says of a command it cannot run. Values are not repeated: one may be somebody's number.
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
        """Write how it is called."""
        _write_usage(ctx, formatter, self.collect_usage_pieces(ctx))

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write what it takes."""
        _write_parameters(formatter, self.get_params(ctx))


class Group(TyperGroup):
    """Commands under one name, whose help and errors are in French."""

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """`--help`."""
        return _in_french(super().get_help_option(ctx))

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write how it is called."""
        _write_usage(ctx, formatter, self.collect_usage_pieces(ctx))

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write what it takes, and its commands with the first sentence of each."""
        _write_parameters(formatter, self.get_params(ctx))
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        rows = [(name, _first_paragraph(one.help or "")) for name, one in commands]
        _write_section(formatter, "Commandes", rows)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Show the help when no command is named."""
        if not args:
            sys.stderr.write(f"{ctx.get_help()}\n")
            ctx.exit(EXIT_USAGE)
        return super().parse_args(ctx, args)

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run a command, and end with its status; what cannot be run is told in a sentence."""
        try:
            sys.exit(super().main(*args, **{**kwargs, "standalone_mode": False}))
        except typer.TyperException as error:
            sys.stderr.write(_told(error))
            sys.exit(error.exit_code)
        except typer.Abort:
            sys.stderr.write(f"{INTERRUPTED}\n")
            sys.exit(1)


def make_typer(description: str) -> typer.Typer:
    """A Typer in French; its commands are added with `command_of`."""
    return typer.Typer(
        cls=Group,
        help=description,
        options_metavar="[OPTIONS]",
        subcommand_metavar="COMMANDE [ARGUMENTS]…",
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


def command_of(cli: typer.Typer, name: str, description: str) -> Callable[[F], F]:
    """Decorate a function that is a command; its first paragraph describes it in the list."""
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
    taken = " ".join(piece.strip("{}") for piece in pieces)
    formatter.write_usage(ctx.command_path, taken, prefix=f"Usage{NBSP}: ")


def _write_parameters(formatter: HelpFormatter, parameters: Iterable[object]) -> None:
    arguments = [one for one in parameters if isinstance(one, TyperArgument)]
    options = [one for one in parameters if isinstance(one, TyperOption)]
    _write_section(formatter, "Arguments", [(one.metavar or "", _help(one)) for one in arguments])
    _write_section(formatter, "Options", [(_names(one), _help(one)) for one in options])


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


def _told(error: typer.TyperException) -> str:
    """The sentence, then how the command is called."""
    if isinstance(error, WrongValueError):
        return f"{printable_line(error.message)}\n"
    told = f"{printable_line(in_french(error.format_message()))}\n"
    context: Context | None = getattr(error, "ctx", None)
    if context is None:
        return told
    return f"{told}{context.get_usage()}\nAide{NBSP}: {context.command_path} --help\n"


def in_french(message: str) -> str:
    """Say in French what Typer says of a command it cannot run."""
    for pattern, sentence in _SENTENCES:
        if found := pattern.fullmatch(message):
            parts = {**found.groupdict()}
            if re.search(r"[0-9@]", parts.get("name") or ""):
                parts["name"] = "indiquée"
            near = re.findall(r"[\w-]+", parts.get("near") or "")
            asked = f" Vouliez-vous écrire {' ou '.join(near)}{NBSP}?" if near else ""
            return sentence.format(**parts) + asked
    return NOT_UNDERSTOOD
