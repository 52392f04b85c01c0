"""`python -m callboard` and the `callboard` script.

Nothing is imported before the start: the reading process looks at this module too, and needs none of the commands.
"""


def main() -> None:
    """Run the command line."""
    from callboard.cli import main as run

    run()


if __name__ == "__main__":
    main()
