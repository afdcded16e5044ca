package io.weathervane.clientfile;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Position of the object with the servers in the text of a client's file: all else of the file stays as it is. */
record ClientFileSpan(int begin, int end) {
    static ClientFileSpan of(ClientFile file) {
        int mark = file.markLength();
        try (JsonParser parser = ClientFile.JSON.createParser(file.text().substring(mark))) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = parser.currentName().equals(file.key());
                parser.nextToken();
                int begin = (int) parser.currentTokenLocation().getCharOffset() + mark;
                parser.skipChildren();
                if (found) {
                    return new ClientFileSpan(begin, file.text().indexOf('}', endOfToken(parser, mark)) + 1);
                }
            }
        }
        throw new ClientFileException(file.path() + " has no " + file.key());
    }

    private static int endOfToken(JsonParser parser, int mark) {
        return (int) parser.currentTokenLocation().getCharOffset() + mark;
    }

    String in(ClientFile file) {
        return file.text().substring(begin, end);
    }

    /** The text of the file with this in the place of its servers. */
    String replacedBy(String servers, ClientFile file) {
        return file.text().substring(0, begin) + servers + file.text().substring(end);
    }
}
