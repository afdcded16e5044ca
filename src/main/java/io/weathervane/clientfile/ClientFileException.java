package io.weathervane.clientfile;

import io.weathervane.util.RefusedException;

/** A client's file cannot be used; the message names the file and what is wrong, and has nothing of its values. */
public class ClientFileException extends RefusedException {
    private static final long serialVersionUID = 1L;

    public ClientFileException(String message) {
        super(message);
    }

    ClientFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
