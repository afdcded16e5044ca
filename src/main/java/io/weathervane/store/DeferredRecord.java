package io.weathervane.store;

/**
 * Something that has happened and is to be in the database, as data: it can wait in a file, and be read by the next
 * server.
 *
 * @param kind by which the one who writes it is found, see {@link DeferredWrites#register}
 * @param body one line of JSON
 */
public record DeferredRecord(String kind, String body) {
    public DeferredRecord {
        if (!isOneField(kind) || !isOneField(body)) {
            throw new IllegalArgumentException("kind and body must have no tab and no line break");
        }
    }

    private static boolean isOneField(String text) {
        return text.indexOf('\t') < 0 && text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
    }
}
