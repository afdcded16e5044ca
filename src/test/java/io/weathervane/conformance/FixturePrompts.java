package io.weathervane.conformance;

import io.weathervane.prompt.Prompt;
import io.weathervane.prompt.PromptArgument;
import io.weathervane.prompt.PromptCall;
import io.weathervane.prompt.PromptDefinition;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.prompt.PromptResult;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The prompts that the public conformance suite gets by name. */
final class FixturePrompts {
    private FixturePrompts() {}

    static PromptRegistry registry() {
        return new PromptRegistry(List.of(
                prompt(
                        "test_simple_prompt",
                        call -> PromptResult.of("Simple").user("This is a simple prompt for testing.")),
                prompt("test_prompt_with_arguments", FixturePrompts::withArguments, "arg1", "arg2"),
                prompt(
                        "test_prompt_with_embedded_resource",
                        call -> PromptResult.of("With a resource")
                                .user(SampleContent.resource(
                                        value(call, "resourceUri"),
                                        "text/plain",
                                        "Embedded resource content for testing."))
                                .user("Please process the embedded resource above."),
                        "resourceUri"),
                prompt(
                        "test_prompt_with_image",
                        call -> PromptResult.of("With an image")
                                .user(SampleContent.image())
                                .user("Please analyze the image above.")),
                prompt("test_input_required_result_prompt", FixturePrompts::afterAQuestion)));
    }

    private static PromptResult withArguments(PromptCall call) {
        return PromptResult.of("With arguments")
                .user("Prompt with arguments: arg1='" + value(call, "arg1") + "', arg2='" + value(call, "arg2") + "'");
    }

    private static PromptResult afterAQuestion(PromptCall call) {
        String context = ElicitationTools.field(
                call.channel()
                        .ask(Map.of("user_context", ElicitationTools.context()))
                        .get("user_context"),
                "context");
        return PromptResult.of("After a question").user("Use this context: " + context);
    }

    private static String value(PromptCall call, String name) {
        return call.argument(name).orElse("");
    }

    private static Prompt prompt(String name, Function<PromptCall, PromptResult> body, String... required) {
        List<PromptArgument> arguments = Stream.of(required)
                .map(argument -> new PromptArgument(argument, "What to put in.", /* required= */ true))
                .toList();
        PromptDefinition definition = new PromptDefinition(name, name, "A prompt for testing.", arguments);
        return new Prompt() {
            @Override
            public PromptDefinition definition() {
                return definition;
            }

            @Override
            public PromptResult get(PromptCall call) {
                return body.apply(call);
            }
        };
    }
}
