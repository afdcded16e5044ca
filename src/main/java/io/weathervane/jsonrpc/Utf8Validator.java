package io.weathervane.jsonrpc;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Tells UTF-8 from other bytes: the JSON parser guesses other encodings, and lets overlong forms pass. */
final class Utf8Validator {
    private static final int CHUNK_CHARS = 4096;

    private Utf8Validator() {}

    /** Plain ASCII without a zero, the usual message, is decided by one look at each byte. */
    static boolean isValid(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return false;
            }
            if (bytes[i] < 0) {
                return isDecodable(ByteBuffer.wrap(bytes, i, bytes.length - i));
            }
        }
        return true;
    }

    private static boolean isDecodable(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer chars = CharBuffer.allocate(CHUNK_CHARS);
        CoderResult result = decoder.decode(bytes, chars, /* endOfInput= */ true);
        while (result.isOverflow()) {
            chars.clear();
            result = decoder.decode(bytes, chars, /* endOfInput= */ true);
        }
        return result.isUnderflow();
    }
}
