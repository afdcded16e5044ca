package io.weathervane.jsonrpc;

import io.weathervane.util.SafeText;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

/**
 * Writes what {@link SafeText} calls unsafe as {@code \\u009b}: the value stays the same, and a terminal that shows the
 * JSON does nothing by it. Jackson asks it only for what is not ASCII, so that plain text is written as fast as without.
 */
final class TerminalSafeEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1;

    private static final int DELETE = 0x7F;

    /** The first halves of U+E0000 to U+E0FFF; Jackson escapes a second half that it finds alone. */
    private static final char TAGS_FIRST = 0xDB40;

    private static final char TAGS_LAST = 0xDB43;

    /** From À to what is before the combining marks, and the scripts of East Asia: letters, but for one. */
    private static final int LATIN_FIRST = 0xC0;

    private static final int LATIN_LAST = 0x2FF;
    private static final int ASIA_FIRST = 0x3000;
    private static final int ASIA_LAST = 0xD7FF;
    private static final int HANGUL_FILLER = 0x3164;

    private final int[] ascii;

    TerminalSafeEscapes() {
        ascii = CharacterEscapes.standardAsciiEscapesForJSON();
        ascii[DELETE] = CharacterEscapes.ESCAPE_CUSTOM;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
        return Arrays.copyOf(ascii, ascii.length);
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
        return isEscaped(c) ? new SerializedString(String.format(Locale.ROOT, "\\u%04x", c)) : null;
    }

    private static boolean isEscaped(int c) {
        if ((c >= LATIN_FIRST && c <= LATIN_LAST) || (c >= ASIA_FIRST && c <= ASIA_LAST && c != HANGUL_FILLER)) {
            return false; // a quicker answer for most letters
        }
        return Character.isSurrogate((char) c) ? c >= TAGS_FIRST && c <= TAGS_LAST : SafeText.isUnsafe(c);
    }
}
