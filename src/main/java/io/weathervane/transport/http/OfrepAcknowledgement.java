package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.reader.FlagReaders;
import io.weathervane.util.SafeText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * {@code POST /ofrep/v1/ack}: a program says that it has the flags of an epoch. It belongs to its caller, so no caller
 * acknowledges for another's reader.
 */
record OfrepAcknowledgement(String reader, long epoch) {
    /** Longest name of a reader. */
    private static final int NAME_MAX = 100;

    /** The body is not an acknowledgement, or not a true one. */
    static final class InvalidException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidException(String message) {
            super(message);
        }
    }

    /** @param body JSON, or empty */
    static OfrepAcknowledgement read(byte[] body) throws InvalidException {
        JsonNode said = body.length == 0 ? JsonNodeFactory.instance.objectNode() : JsonRpcCodec.JSON.readTree(body);
        String reader = said.path("reader").asString("");
        JsonNode epoch = said.path("epoch");
        if (reader.length() > NAME_MAX || !SafeText.isName(reader)) {
            throw new InvalidException("reader must be a name of at most " + NAME_MAX + " characters that are seen");
        }
        if (!epoch.isIntegralNumber() || !epoch.canConvertToLong() || epoch.asLong() < 1) {
            throw new InvalidException("epoch must be the number that the metadata of an evaluation has, 1 or more");
        }
        return new OfrepAcknowledgement(reader, epoch.asLong());
    }

    /** Enters it. */
    void take(FlagReaders readers, String owner) throws InvalidException {
        switch (readers.post(reader, owner, epoch)) {
            case TAKEN -> {}
            case NO_SUCH_EPOCH ->
                throw new InvalidException("the flags never had the epoch " + epoch + "; they are at "
                        + readers.report().epoch());
            case TOO_MANY ->
                throw new InvalidException(
                        "there are as many readers that post as there may be; this one is not counted");
        }
    }

    static byte[] answer(long epoch) {
        return JsonRpcCodec.JSON.writeValueAsBytes(
                JsonNodeFactory.instance.objectNode().put("epoch", epoch));
    }
}
