package io.weathervane.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each change of a schema: where it is, what it is called, whether it hurts in arguments, and whether in results. */
class JsonSchemaDiffTest {
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // properties
                "{'properties':{'a':{}}}                      | {'properties':{}}                              |"
                        + " /properties/a           | property a removed                           | true  | true",
                "{'properties':{'a':{}}}                      | {}                                             |"
                        + " /properties/a           | property a removed                           | true  | true",
                "{'properties':{'a':{}},'required':['a']}     | {}                                             |"
                        + " /properties/a           | property a removed                           | true  | true",
                "{}                                           | {'properties':{'a/b':{}},'required':['a/b']}   |"
                        + " /properties/a~1b        | new required property a/b                    | true  | false",
                "{'properties':{'a':{}}}                      | {'properties':{'a':{}},'required':['a']}       |"
                        + " /properties/a           | a was optional, is required                  | true  | false",
                "{'properties':{'a':{}},'required':['a']}     | {'properties':{'a':{}}}                        |"
                        + " /properties/a           | a was required, is optional                  | false | true",
                "{'additionalProperties':true}                | {'additionalProperties':false}                 |"
                        + " /additionalProperties   | additionalProperties is restricted now: false | true | false",
                "{'additionalProperties':false}               | {}                                             |"
                        + " /additionalProperties   | additionalProperties is no longer restricted, was: false | false |"
                        + " true",
                "{'additionalProperties':{'type':'string'}}   | {'additionalProperties':false}                 |"
                        + " /additionalProperties   | no additionalProperties any longer           | true  | false",
                "{'additionalProperties':{'type':'string'}}   | {'additionalProperties':{'type':'integer'}}    |"
                        + " /additionalProperties/type | type was `string`, is `integer`           | true  | true",
                // types
                "{'type':'string'}                            | {'type':['string','null']}                     | /type"
                        + "                   | type was `string`, is [`string`,`null`]      | false | true",
                "{'type':['string','null']}                   | {'type':'string'}                              | /type"
                        + "                   | type was [`string`,`null`], is `string`      | true  | false",
                "{'type':'number'}                            | {'type':'integer'}                             | /type"
                        + "                   | type was `number`, is `integer`              | true  | false",
                "{'type':'integer'}                           | {'type':'number'}                              | /type"
                        + "                   | type was `integer`, is `number`              | false | true",
                "{}                                           | {'type':'string'}                              | /type"
                        + "                   | type was absent, is `string`                 | true  | false",
                "{'type':'string'}                            | {}                                             | /type"
                        + "                   | type was `string`, is absent                 | false | true",
                // choices
                "{'enum':['a','b']}                           | {'enum':['a']}                                 | /enum"
                        + "                   | enum lost [`b`]                              | true  | false",
                "{'enum':['a']}                               | {'enum':['a','b']}                             | /enum"
                        + "                   | enum gained [`b`]                            | false | true",
                "{}                                           | {'enum':['a']}                                 | /enum"
                        + "                   | enum was absent, is [`a`]                    | true  | false",
                "{'const':'a'}                                | {'enum':['b','a']}                             | /enum"
                        + "                   | enum gained [`b`]                            | false | true",
                // limits
                "{'minimum':1}                                | {'minimum':2}                                  |"
                        + " /minimum                | minimum was 1, is 2                          | true  | false",
                "{'minimum':2}                                | {'minimum':1}                                  |"
                        + " /minimum                | minimum was 2, is 1                          | false | true",
                "{}                                           | {'minLength':1}                                |"
                        + " /minLength              | minLength was absent, is 1                   | true  | false",
                "{'maxItems':5}                               | {'maxItems':4}                                 |"
                        + " /maxItems               | maxItems was 5, is 4                         | true  | false",
                "{'maximum':5}                                | {}                                             |"
                        + " /maximum                | maximum was 5, is absent                     | false | true",
                "{}                                           | {'uniqueItems':true}                           |"
                        + " /uniqueItems            | uniqueItems is required now                  | true  | false",
                // what cannot be judged
                "{'pattern':'^a'}                             | {'pattern':'^b'}                               |"
                        + " /pattern                | pattern was `^a`, is `^b`                    | true  | true",
                "{}                                           | {'not':{'type':'null'}}                        | /not "
                        + "                   | not was absent, is {`type`:`null`}           | true  | false",
                "{'format':'date'}                            | {}                                             |"
                        + " /format                 | format was `date`, is absent                 | false | true",
                // lists of schemas
                "{'type':'string'}                            | {'anyOf':[{'type':'string'},{'type':'null'}]}  |"
                        + " /anyOf                  | is one of several alternatives now           | false | true",
                "{'oneOf':[{'type':'string'},{'type':'null'}]} | {'type':'string','title':'S'}                 |"
                        + " /oneOf                  | was one of several alternatives, is the only one | true | false",
                "{'anyOf':[{'type':'string'},{'type':'null'}]} | {'anyOf':[{'type':'string'}]}                 |"
                        + " /anyOf                  | alternatives removed: [{`type`:`null`}]      | true  | false",
                "{'allOf':[{'type':'string'}]}                | {'allOf':[{'type':'integer'}]}                 |"
                        + " /allOf/0/type           | type was `string`, is `integer`              | true  | true",
                "{'items':{'type':'string'}}                  | {'items':{'type':'string','maxLength':3}}      |"
                        + " /items/maxLength        | maxLength was absent, is 3                   | true  | false",
                "{'items':{'type':'string'}}                  | {}                                             |"
                        + " /items                  | items is no longer restricted, was: {`type`:`string`} | false |"
                        + " true",
                // what is only said
                "{'description':'Old.'}                       | {'description':'New.'}                         |"
                        + " /description            | description was `Old.`, is `New.`            | false | false",
                "{'default':1}                                | {'default':2}                                  |"
                        + " /default                | default was 1, is 2                          | false | false",
                "{}                                           | {'x-mcp-header':'City'}                        |"
                        + " /x-mcp-header           | x-mcp-header was absent, is `City`           | false | false",
            })
    void aChange(
            String active, String canary, String pointer, String text, boolean hurtsCallers, boolean hurtsReaders) {
        String said = text.replace('`', '"');

        assertThat(JsonSchemaDiff.ofInput(JsonText.value(active), JsonText.value(canary)))
                .anySatisfy(change -> {
                    assertThat(change.pointer()).isEqualTo(pointer);
                    assertThat(change.text()).isEqualTo(said);
                });
        assertThat(blocks(JsonSchemaDiff.ofInput(JsonText.value(active), JsonText.value(canary))))
                .isEqualTo(hurtsCallers);
        assertThat(blocks(JsonSchemaDiff.ofOutput(JsonText.value(active), JsonText.value(canary))))
                .isEqualTo(hurtsReaders);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'const':1}                                     | {'enum':[1.0]}",
                "{'uniqueItems':false}                           | {}",
                "{'additionalProperties':true}                   | {}",
                "{'additionalProperties':{}}                     | {'additionalProperties':true}",
                "{'required':['a','b']}                          | {'required':['b','a']}",
                "{'enum':['a','b']}                              | {'enum':['b','a']}",
                "{'$defs':{'S':{'type':'string'}},'properties':{'a':{'$ref':'#/$defs/S'}}} |"
                        + " {'properties':{'a':{'type':'string'}}}",
                "{'type':'object','$schema':'http://json-schema.org/draft-07/schema#'}     | {'type':'object'}",
            })
    void theSameSaidInAnotherWayIsNoChange(String active, String canary) {
        assertThat(JsonSchemaDiff.ofInput(JsonText.value(active), JsonText.value(canary)))
                .isEmpty();
        assertThat(JsonSchemaDiff.ofInput(JsonText.value(canary), JsonText.value(active)))
                .isEmpty();
    }

    @Test
    void aNewOptionalArgumentIsANoteAndIsNamed() {
        assertThat(JsonSchemaDiff.ofInput(
                        JsonText.value("{}"), JsonText.value("{'properties':{'a':{'type':'string'}}}")))
                .containsExactly(new JsonSchemaDiff.Change("/properties/a", false, false, "new optional property a"));
    }

    @Test
    void aChangeBehindAReferenceIsFound() {
        String schema =
                "{'$defs':{'S':{'type':'%s'}},'properties':{'a':{'$ref':'#/$defs/S'},'b':{'$ref':'#/$defs/S'}}}";

        List<JsonSchemaDiff.Change> changes = JsonSchemaDiff.ofInput(
                JsonText.value(schema.formatted("string")), JsonText.value(schema.formatted("integer")));

        assertThat(changes).extracting(JsonSchemaDiff.Change::pointer).contains("/properties/a/type");
        assertThat(blocks(changes)).isTrue();
    }

    @Test
    void aSchemaThatRefersToItselfComesToAnEnd() {
        String schema = "{'properties':{'next':{'$ref':'#'},'value':{'type':'%s'}}}";

        assertThat(JsonSchemaDiff.ofInput(
                        JsonText.value(schema.formatted("string")), JsonText.value(schema.formatted("string"))))
                .isEmpty();
        assertThat(blocks(JsonSchemaDiff.ofInput(
                        JsonText.value(schema.formatted("string")), JsonText.value(schema.formatted("null")))))
                .isTrue();
    }

    @Test
    void aReferenceOutOfTheDocumentThatIsAnotherBlocks() {
        assertThat(blocks(JsonSchemaDiff.ofInput(
                        JsonText.value("{'$ref':'https://example.org/a'}"),
                        JsonText.value("{'$ref':'https://example.org/b'}"))))
                .isTrue();
    }

    @Test
    void aChangeBelowTheDepthThatIsLookedIntoBlocks() {
        String nested = "{'items':".repeat(50) + "{'type':'%s'}" + "}".repeat(50);

        List<JsonSchemaDiff.Change> changes = JsonSchemaDiff.ofInput(
                JsonText.value(nested.formatted("string")), JsonText.value(nested.formatted("integer")));

        assertThat(blocks(changes)).isTrue();
        assertThat(JsonSchemaDiff.ofInput(
                        JsonText.value(nested.formatted("string")), JsonText.value(nested.formatted("string"))))
                .isEmpty();
    }

    private static boolean blocks(List<JsonSchemaDiff.Change> changes) {
        return changes.stream().anyMatch(JsonSchemaDiff.Change::blocking);
    }
}
