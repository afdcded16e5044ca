package io.weathervane.cli;

import tools.jackson.databind.node.ObjectNode;

/** Whoever sits at the terminal, if anybody does. */
interface Person {
    /** Whether somebody can be asked. */
    boolean isPresent();

    /**
     * Asks what a server wants to know.
     *
     * @param question the params of {@code elicitation/create}
     * @return the result of it: accepted with content, declined or cancelled
     */
    ObjectNode answer(ObjectNode question);
}
