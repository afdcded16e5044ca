package io.weathervane.clientfile;

/** An entry of a client's file refers to a variable that is not set, or to an input without an answer: it alone cannot be used. */
public final class UnsetVariableException extends ClientFileException {
    private static final long serialVersionUID = 1L;

    UnsetVariableException(String message) {
        super(message);
    }
}
