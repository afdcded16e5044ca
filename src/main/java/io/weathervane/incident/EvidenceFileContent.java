package io.weathervane.incident;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Content of a bundle's file, as far as it is shown. */
public final class EvidenceFileContent {
    private static final String PLAIN = "text/plain";

    private final String mimeType;
    private final byte[] bytes;
    private final Optional<String> text;

    private EvidenceFileContent(String mimeType, byte[] bytes, Optional<String> text) {
        this.mimeType = mimeType;
        this.bytes = bytes;
        this.text = text;
    }

    public String mimeType() {
        return mimeType;
    }

    /** All of it, or its newest part. */
    public byte[] bytes() {
        return bytes;
    }

    /** The same when it is text, with a note before it when it was cut. */
    public Optional<String> text() {
        return text;
    }

    /** A whole file. */
    static EvidenceFileContent whole(String name, byte[] bytes) {
        Optional<String> text = decoded(bytes, 0);
        return new EvidenceFileContent(text.isPresent() ? textType(name) : "application/octet-stream", bytes, text);
    }

    /** The newest part of a text file, whatever its type was as a whole; empty when it is no text. */
    static Optional<EvidenceFileContent> newest(byte[] bytes, String note) {
        return decoded(bytes, firstWhole(bytes))
                .map(text -> new EvidenceFileContent(PLAIN, bytes, Optional.of(note + "\n" + text)));
    }

    /** Where the first whole line begins, or, in one endless line, the first whole character. */
    private static int firstWhole(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        int start = 0;
        while (start < bytes.length && (bytes[start] & 0xC0) == 0x80) {
            start++;
        }
        return start;
    }

    private static Optional<String> decoded(byte[] bytes, int start) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, bytes.length - start))
                    .toString();
            return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static String textType(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "json" -> "application/json";
            case "jsonl" -> "application/jsonl";
            case "md" -> "text/markdown";
            case "yaml" -> "application/yaml";
            default -> PLAIN;
        };
    }
}
