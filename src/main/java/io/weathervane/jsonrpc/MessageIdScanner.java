package io.weathervane.jsonrpc;

import io.weathervane.util.BoundedLineReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * Finds out which request a message belongs to that is not kept, because it is too long, too deep or no JSON: looks at
 * the keys of the outermost object as the bytes pass by, wherever they stand (the TypeScript SDK writes the id last), and
 * keeps nothing else. What it looks at need not be JSON. Of two ids that differ, it takes none.
 */
public final class MessageIdScanner implements BoundedLineReader.Overflow {
    /** Longest key or id that is looked at, in bytes. */
    private static final int TOKEN_BYTES_MAX = 1024;

    private final ByteArrayOutputStream token = new ByteArrayOutputStream();
    private int depth;
    private boolean inText;
    private boolean escaped;
    private boolean afterColon;
    private String key = "";
    private Optional<RequestId> id = Optional.empty();
    private boolean hasId;
    private boolean request;
    private boolean answer;

    @Override
    public void begin() {
        token.reset();
        depth = 0;
        inText = false;
        escaped = false;
        afterColon = false;
        key = "";
        id = Optional.empty();
        hasId = false;
        request = false;
        answer = false;
    }

    @Override
    public void take(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            take(bytes[i]);
        }
    }

    /** The id of the message; empty when it has none, or one that is no id. */
    public Optional<RequestId> id() {
        return id;
    }

    /** Whether it has a method: then the id is its sender's, and the message is no answer. */
    public boolean isRequest() {
        return request;
    }

    /** Whether it has a result or an error, and no method: then the id is its receiver's. */
    boolean isAnswer() {
        return answer && !request;
    }

    static MessageIdScanner of(byte[] message) {
        MessageIdScanner scanner = new MessageIdScanner();
        scanner.take(message, 0, message.length);
        return scanner;
    }

    private void take(byte one) {
        if (inText) {
            takeInText(one);
            return;
        }
        switch (one) {
            case '"' -> {
                inText = true;
                keep(one);
            }
            case '{', '[' -> depth++;
            case '}', ']' -> {
                endOfValue();
                depth--;
            }
            case ':' -> {
                if (depth == 1 && !afterColon) {
                    key = new String(token.toByteArray(), StandardCharsets.UTF_8).strip();
                    token.reset();
                    afterColon = true;
                }
            }
            case ',' -> endOfValue();
            default -> keep(one);
        }
    }

    private void takeInText(byte one) {
        keep(one);
        if (escaped) {
            escaped = false;
        } else if (one == '\\') {
            escaped = true;
        } else if (one == '"') {
            inText = false;
        }
    }

    private void keep(byte one) {
        boolean wanted = depth == 1 && (!afterColon || key.equals("\"id\""));
        if (wanted && token.size() < TOKEN_BYTES_MAX) {
            token.write(one);
        }
    }

    private void endOfValue() {
        if (depth != 1) {
            return;
        }
        if (key.equals("\"id\"")) {
            Optional<RequestId> found = read(token.toByteArray());
            id = hasId && !id.equals(found) ? Optional.empty() : found;
            hasId = true;
        } else if (key.equals("\"method\"")) {
            request = true;
        } else if (key.equals("\"result\"") || key.equals("\"error\"")) {
            answer = true;
        }
        token.reset();
        key = "";
        afterColon = false;
    }

    private static Optional<RequestId> read(byte[] value) {
        if (!Utf8Validator.isValid(value)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(RequestId.from(JsonRpcCodec.JSON.readTree(value)));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
