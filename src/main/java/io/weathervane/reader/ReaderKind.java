package io.weathervane.reader;

import java.util.Locale;

/** Ways in which a reader follows the flags. */
public enum ReaderKind {
    /** An open event stream of OFREP; its fetch after an event is its acknowledgement. */
    STREAM,
    /** A program that posts its acknowledgements itself. */
    POSTING;

    /** The name in answers: {@code stream}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
