package io.weathervane.cli;

import tools.jackson.databind.node.ObjectNode;

/** The person at the terminal, if there is one. */
interface UserPrompt {
    /** Whether a person can be asked. */
    boolean isPresent();

    /**
     * Asks what a server wants to know.
     *
     * @param question the params of {@code elicitation/create}
     * @return the result of it: accepted with content, declined or cancelled
     */
    ObjectNode answer(ObjectNode question);
}
