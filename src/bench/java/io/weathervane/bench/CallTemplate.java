package io.weathervane.bench;

import java.nio.charset.StandardCharsets;

/** The bytes of a call with a place for its id. */
final class CallTemplate {
    private static final byte[] ID_MARK = "\"id\":".getBytes(StandardCharsets.UTF_8);

    private final byte[] bytes;
    private final int idAt;

    CallTemplate(byte[] bytes) {
        this.bytes = bytes;
        this.idAt = Bytes.indexOf(bytes, bytes.length, ID_MARK, 0) + ID_MARK.length;
    }

    /** The call with this id; the array is used again by the next. */
    byte[] withId(int id) {
        int rest = id;
        for (int i = Protocol.ID_WIDTH - 1; i >= 0; i--) {
            bytes[idAt + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return bytes;
    }
}
