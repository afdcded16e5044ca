package io.weathervane.transport.socket;

/** No program answers where a server was expected; the message says where and how to start one. */
public final class ServerUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ServerUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }

    public ServerUnreachableException(String message) {
        super(message);
    }
}
