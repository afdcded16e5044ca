package io.weathervane.tool;

/**
 * The tool says no. The message is for a model or a person to act on: what, why, the next call; never how to
 * switch a guard off.
 */
public final class ToolFailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ToolFailureException(String message) {
        super(message);
    }
}
