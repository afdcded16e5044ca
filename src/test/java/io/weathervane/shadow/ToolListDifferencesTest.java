package io.weathervane.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Which changes of tools are found, and which of them block. */
class ToolListDifferencesTest {
    private static final String SAME = "{'type':'object','properties':{'city':{'type':'string'}},'required':['city']}";

    @Test
    void theSameToolsDoNotDiffer() {
        ObjectNode tool = tool("forecast", SAME);

        assertThat(ToolListDifferences.of(List.of(tool), List.of(tool.deepCopy()))
                        .differences())
                .isEmpty();
    }

    @Test
    void theOrderOfNamesAndTheFormOfNumbersDoNotMatter() {
        ObjectNode one = JsonText.object("{'name':'a','inputSchema':{'type':'object','maxProperties':2}}");
        ObjectNode other = JsonText.object("{'inputSchema':{'maxProperties':2.0,'type':'object'},'name':'a'}");

        assertThat(ToolListDifferences.of(List.of(one), List.of(other)).differences())
                .isEmpty();
    }

    @Test
    void aRemovedToolBlocksAndAnAddedOneDoesNot() {
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(tool("gone", SAME), tool("kept", SAME)), List.of(tool("kept", SAME), tool("new", SAME)));

        assertThat(differences.differences())
                .containsExactly(
                        new ToolDifference(ToolDifference.Kind.REMOVED, "gone", "", true, "the tool is gone"),
                        new ToolDifference(ToolDifference.Kind.ADDED, "new", "", false, "the tool is new"));
        assertThat(differences.blocks()).isTrue();
    }

    @Test
    void anotherOrderIsANote() {
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(tool("a", SAME), tool("b", SAME)), List.of(tool("b", SAME), tool("a", SAME)));

        assertThat(differences.differences())
                .extracting(ToolDifference::text)
                .containsExactly("the tools come in another order: b, a");
        assertThat(differences.blocks()).isFalse();
    }

    @Test
    void aNameListedTwiceBlocks() {
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(tool("a", SAME)), List.of(tool("a", SAME), tool("a", "{'type':'object'}")));

        assertThat(differences.blocking())
                .extracting(ToolDifference::text)
                .containsExactly("this name is listed 2 times");
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'readOnlyHint':true}                         | {'readOnlyHint':false}                         |"
                        + " readOnlyHint was true, is false",
                "{'readOnlyHint':true}                         | {}                                             |"
                        + " readOnlyHint was true, is false by default",
                "{'destructiveHint':false}                     | {'destructiveHint':true}                       |"
                        + " destructiveHint was false, is true",
                "{'destructiveHint':false}                     | {}                                             |"
                        + " destructiveHint was false, is true by default",
                "{'idempotentHint':true}                       | {'idempotentHint':false}                       |"
                        + " idempotentHint was true, is false",
                "{'openWorldHint':false}                       | {'openWorldHint':true}                         |"
                        + " openWorldHint was false, is true",
                "{'readOnlyHint':true,'destructiveHint':false} | {'readOnlyHint':true,'destructiveHint':true}   |"
                        + " destructiveHint was false, is true",
                "{}                                            | {'destructiveHint':true,'readOnlyHint':false}  | ",
                "{'readOnlyHint':true}                         | {'readOnlyHint':true,'destructiveHint':false}  | ",
                "{'readOnlyHint':true,'idempotentHint':true}   | {'readOnlyHint':true}                          | ",
            })
    void aFlippedAnnotationBlocks(String active, String canary, String text) {
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(JsonText.object("{'name':'a','annotations':" + active + "}")),
                List.of(JsonText.object("{'name':'a','annotations':" + canary + "}")));

        assertThat(differences.differences())
                .extracting(ToolDifference::text)
                .isEqualTo(text == null ? List.of() : List.of(text));
        assertThat(differences.blocks()).isEqualTo(text != null);
        differences.differences().forEach(difference -> {
            assertThat(difference.kind()).isEqualTo(ToolDifference.Kind.ANNOTATION_FLIPPED);
            assertThat(difference.pointer()).startsWith("/annotations/");
        });
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                        | {'readOnlyHint':true}    | readOnlyHint was false by default, is true",
                "{'destructiveHint':true}  | {'destructiveHint':false} | destructiveHint was true, is false",
                "{'destructiveHint':false} | {'readOnlyHint':true}    | readOnlyHint was false by default, is true",
                "{}                        | {'idempotentHint':true}  | idempotentHint was false by default, is true",
                "{}                        | {'openWorldHint':false}  | openWorldHint was true by default, is false",
            })
    void aHintThatBecomesSaferDoesNotBlock(String active, String canary, String text) {
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(JsonText.object("{'name':'a','annotations':" + active + "}")),
                List.of(JsonText.object("{'name':'a','annotations':" + canary + "}")));

        assertThat(differences.differences())
                .extracting(ToolDifference::text, ToolDifference::severity)
                .containsExactly(tuple(text, ToolDifference.Severity.MORE_SAFE_HINT));
        assertThat(differences.blocks()).isFalse();
        assertThat(differences.acceptable()).isEmpty();
    }

    @Test
    void annotationsThatGoAwayAltogetherAreAFlip() {
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(JsonText.object("{'name':'a','annotations':{'readOnlyHint':true}}")),
                List.of(JsonText.object("{'name':'a'}")));

        assertThat(differences.blocking())
                .extracting(ToolDifference::pointer)
                .containsExactly("/annotations/readOnlyHint");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'description':'Old.'                      | 'description':'New.'                      |"
                        + " description-changed | false | /description",
                "'title':'Old'                             | 'title':'New'                             |"
                        + " description-changed | false | /title",
                "'annotations':{'title':'Old'}             | 'annotations':{'title':'New'}             |"
                        + " description-changed | false | /annotations/title",
                "'_meta':{'a':1}                           | '_meta':{'a':2}                           | other-changed"
                        + "       | false | /_meta",
                "'execution':{}                            | 'execution':{'taskSupport':'optional'}    | other-changed"
                        + "       | false | /execution/taskSupport",
                "'execution':{'taskSupport':'optional'}    | 'execution':{'taskSupport':'required'}    | other-changed"
                        + "       | true  | /execution/taskSupport",
                "'execution':{'taskSupport':'optional'}    | 'x':1                                     | other-changed"
                        + "       | true  | /execution/taskSupport",
                "'outputSchema':{'type':'object'}          | 'x':1                                     |"
                        + " schema-changed      | true  | /outputSchema",
                "'x':1                                     | 'outputSchema':{'type':'object'}          |"
                        + " schema-changed      | false | /outputSchema",
            })
    void otherPartsOfADefinition(String active, String canary, String kind, boolean blocks, String pointer) {
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(JsonText.object("{'name':'a'," + active + "}")),
                List.of(JsonText.object("{'name':'a'," + canary + "}")));

        assertThat(differences.differences()).anySatisfy(difference -> {
            assertThat(difference.kind().wireName()).isEqualTo(kind);
            assertThat(difference.pointer()).isEqualTo(pointer);
        });
        assertThat(differences.blocks()).isEqualTo(blocks);
    }

    @Test
    void whatBlocksComesFirst() {
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(JsonText.object("{'name':'a','description':'Old.'}"), tool("gone", SAME)),
                List.of(JsonText.object("{'name':'a','description':'New.'}")));

        assertThat(differences.differences())
                .extracting(ToolDifference::blocking)
                .containsExactly(true, false);
    }

    private static ObjectNode tool(String name, String inputSchema) {
        ObjectNode tool = JsonText.object("{'name':'" + name + "'}");
        tool.set("inputSchema", JsonText.value(inputSchema));
        return tool;
    }
}
