package io.weathervane.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** A contract is the same text for the same tools, and nothing that is no contract is taken for one. */
class ContractFileTest {
    @TempDir
    private Path folder;

    @Test
    void theTextDependsOnTheToolsOnly() {
        ToolContract one = ToolContract.of(List.of(
                json("{'name':'b','inputSchema':{'type':'object'},'_meta':{'built':1}}"),
                json("{'name':'a','inputSchema':{'properties':{'y':{},'x':{}},'type':'object'},'description':'A.'}")));
        ToolContract other = ToolContract.of(List.of(
                json("{'description':'A.','inputSchema':{'type':'object','properties':{'x':{},'y':{}}},'name':'a'}"),
                json("{'name':'b','inputSchema':{'type':'object'},'_meta':{'built':2},'icons':[]}")));

        assertThat(one.text()).isEqualTo(other.text()).doesNotContain("built").endsWith("}\n");
        assertThat(one.text().indexOf("\"a\"")).isLessThan(one.text().indexOf("\"b\""));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        ContractFile file = new ContractFile(folder.resolve("contract.json"));
        ToolContract contract =
                ToolContract.of(List.of(json("{'name':'a','inputSchema':{'type':'object','required':['x']}}")));

        file.write(contract);

        assertThat(file.read()).contains(contract);
    }

    @Test
    void aServerThatListsANameTwiceHasNoContract() {
        ContractFile file = new ContractFile(folder.resolve("contract.json"));
        ObjectNode tool = json("{'name':'a','inputSchema':{'type':'object'}}");

        assertThatThrownBy(() -> file.write(ToolContract.of(List.of(tool, tool))))
                .hasMessageContaining("/tools/1/name names \"a\" a second time");
        assertThat(file.path()).doesNotExist();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                                                    | must be a JSON object",
                "{'tools':[]}                                          | at /contractVersion must be 1, was missing",
                "{'contractVersion':2,'tools':[]}                      | at /contractVersion must be 1, was 2",
                "{'contractVersion':1}                                 | at /tools must be a list of tools, was"
                        + " missing",
                "{'contractVersion':1,'tools':[],'tool':[]}            | at /tool is unknown; known are",
                "{'contractVersion':1,'tools':[7]}                     | at /tools/0 must be a tool's definition, was"
                        + " 7",
                "{'contractVersion':1,'tools':[{'name':''}]}           | at /tools/0/name must be the tool's name",
                "{'contractVersion':1,'tools':[{'name':'a'}]}          | at /tools/0/inputSchema must be a JSON Schema",
                "{'contractVersion':1,'tools':[{'name':'a','inputSchema':{'type':'strng'}}]}|"
                        + " at /tools/0/inputSchema/type must be one of array",
                "{'contractVersion':1,'tools':[{'name':'a','inputSchema':{'required':'x'}}]}|"
                        + " at /tools/0/inputSchema/required must be a list of names, was \"x\"",
                "{'contractVersion':1,'tools':[{'name':'a','inputSchema':{'properties':{'x':7}}}]}|"
                        + " at /tools/0/inputSchema/properties/x must be a JSON Schema, was 7",
                "{'contractVersion':1,'tools':[{'name':'a','inputSchema':{},'annotations':{'readOnlyHint':'no'}}]}|"
                        + " at /tools/0/annotations/readOnlyHint must be true or false, was \"no\"",
                "{'contractVersion':1,'tools':[{'name':'a','inputSchema':{},'inputShema':{}}]}|"
                        + " at /tools/0/inputShema is unknown",
            })
    void nonsenseIsNamedWithItsPlace(String content, String problem) throws IOException {
        Path path = folder.resolve("contract.json");
        Files.writeString(path, content.replace('\'', '"'));

        assertThatThrownBy(() -> new ContractFile(path).read())
                .isInstanceOf(ContractFileException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(problem);
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonRpcCodec.JSON.readTree(text.replace('\'', '"'));
    }
}
