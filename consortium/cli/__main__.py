"""`python -m consortium.cli` is the console script `consortium`."""

from consortium.cli import main

if __name__ == "__main__":
    main()
