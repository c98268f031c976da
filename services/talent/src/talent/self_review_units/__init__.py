"""Units that review titles themselves, as their city lists them."""
