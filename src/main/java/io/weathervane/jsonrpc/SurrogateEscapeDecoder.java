package io.weathervane.jsonrpc;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Halves of surrogate pairs, written as escapes. Both SDKs read one that stands alone everywhere; Jackson refuses it in a
 * property's name, unless it is there as a character.
 */
final class SurrogateEscapeDecoder {
    /** Most bytes of a message that is read a second time for it: the text is twice as large. */
    private static final int BYTES_MAX = JsonRpcCodec.MESSAGE_BYTES_MAX;

    /** An escape of any kind, so that the second of two backslashes begins none. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([dD][89a-fA-F][0-9a-fA-F]{2})|.)", Pattern.DOTALL);

    private static final int HEX = 16;

    private SurrogateEscapeDecoder() {}

    /** The same JSON with such escapes as characters, for the parser only; empty where there are none. */
    static Optional<String> asCharacters(byte[] json) {
        if (json.length > BYTES_MAX) {
            return Optional.empty();
        }
        Matcher escape = ESCAPE.matcher(new String(json, StandardCharsets.UTF_8));
        StringBuilder out = new StringBuilder(json.length);
        boolean found = false;
        while (escape.find()) {
            String half = escape.group(1);
            found |= half != null;
            escape.appendReplacement(
                    out,
                    half == null
                            ? Matcher.quoteReplacement(escape.group())
                            : String.valueOf((char) Integer.parseInt(half, HEX)));
        }
        return found ? Optional.of(escape.appendTail(out).toString()) : Optional.empty();
    }
}
