package io.weathervane.shadow;

/** JSON Pointers (RFC 6901). */
final class JsonPointerEscaping {
    private JsonPointerEscaping() {}

    /** A name as it stands in a pointer. */
    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    static String unescaped(String token) {
        return token.replace("~1", "/").replace("~0", "~");
    }
}
