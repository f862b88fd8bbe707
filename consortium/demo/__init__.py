"""The demo: Dalarna's municipalities and libraries, with a year that is made up and says so."""
