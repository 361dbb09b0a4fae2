import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Asks veraPDF whether files are PDF/UA-1 and PDF/A-3a: java -cp JARS Conforms.java FILE... Exit 1 where one is not. */
public class Conforms {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        boolean all = true;
        for (String file : files) {
            all &= conforms(Path.of(file), PDFAFlavour.PDFUA_1) & conforms(Path.of(file), PDFAFlavour.PDFA_3_A);
        }
        System.exit(all ? 0 : 1);
    }

    private static boolean conforms(Path file, PDFAFlavour flavour) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file.toFile(), flavour)) {
            PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false);
            ValidationResult result = validator.validate(parser);
            Set<String> broken = new TreeSet<>();
            for (TestAssertion each : result.getTestAssertions()) {
                broken.add(each.getRuleId().getClause() + "-" + each.getRuleId().getTestNumber() + ": " + each.getMessage());
            }
            System.out.println(file.getFileName() + " " + flavour.getId() + ": " + (result.isCompliant() ? "passes" : broken));
            return result.isCompliant();
        }
    }
}
