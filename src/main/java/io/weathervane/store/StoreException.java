package io.weathervane.store;

/** The store could not do what was asked; nothing of it was kept. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Kind of failure, as far as a caller can act on it. */
    public enum Kind {
        /** Another program held the lock for longer than the busy timeout. */
        BUSY,
        /** The disk, or the size the store may grow to, is full. */
        FULL,
        READ_ONLY,
        /** The file is not a database of ours, or damaged. */
        CORRUPT,
        /** The file is gone, or another one stands in its place. */
        MISSING,
        /** Anything else: an I/O error, a statement that does not fit. */
        FAILED
    }

    private final Kind kind;

    public StoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public StoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
