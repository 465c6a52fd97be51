"""Run the command line with ``python -m switchcorr``."""

from switchcorr.cli.start import main

if __name__ == "__main__":
    main()
