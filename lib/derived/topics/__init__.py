"""One room for each subject of the book that is neither a layer nor an optimizer."""
