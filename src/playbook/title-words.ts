/**
 * The words by which `title.ts` understands a job title: English in full, and what German, French and Spanish titles mostly
 * say. Lower case without accents, `of` and `the`; a star stands for any letters. Within a table the first row whose words
 * stand in the title wins, so what is more exact stands above what it holds: an assistant to somebody above everybody.
 */

/** From the bottom up. */
export const SENIORITIES = ["intern", "individual", "manager", "director", "vp", "c-level"] as const;
export type Seniority = (typeof SENIORITIES)[number];

export const FUNCTIONS = [
  "revenue-operations",
  "marketing",
  "sales",
  "customer-success",
  "security",
  "data",
  "product",
  "engineering",
  "it",
  "finance",
  "people",
  "legal",
  "operations",
  "education",
] as const;
export type JobFunction = (typeof FUNCTIONS)[number];

type Rows<Word extends string> = readonly (readonly [Word, ...string[]])[];

/** Each row: the seniority, and the words that say it. */
export const SENIORITY_WORDS: Rows<Seniority> = [
  ["intern", "intern|interns|internship|trainee|apprentice|working student|co op student"],
  ["intern", "werkstudent*|praktikant*|azubi|auszubildende*|volontar*", "stagiaire|alternante?|apprentie?"],
  ["intern", "becari[oa]|practicante|pasante"],

  // "Assistant" and "secretary" stand before titles they make smaller, and beside titles they only serve.
  ["vp", "assistant vice president|assistant vp|associate vice president"],
  [
    "director",
    "assistant director|secretary general|general secretary|company secretary|corporate secretary",
  ],
  ["manager", "assistant (?:general |store |branch |project |product |marketing |sales )?manager"],
  [
    "individual",
    "assistant|assistants|secretary|receptionist|office clerk|founder s associate|founders associate",
  ],
  ["individual", "*assisten(?:t|tin|z)|assistante|sekretar*|secretaire|asistente|secretari[oa]"],
  [
    "individual",
    "(?:product|process|system|service|data|platform|application|asset|risk) owner|scrum master",
  ],
  ["individual", "business partner|brand ambassador|head hunter"],

  ["director", "chief of staff|chief staff|chief scientist"],
  [
    "manager",
    "chief (?:engineer|architect|accountant|editor|designer|operator)|editor in chief|head (?:nurse|chef|coach)",
  ],

  [
    "vp",
    "[sela]?vp|rvp|gvp|v p|vice president|vicepresident|vice presidente|vicepresident[ea]|vizeprasident*",
  ],

  ["c-level", "c[etfmiordlpackhbvgs]o|ciso|chro|cxo|cpto|cdao|cdto|cinfo|c [etfmio] o|chief"],
  [
    "c-level",
    "founder|founding partner|cofounder|co founder|president|chair|chairman|chairwoman|chairperson",
  ],
  [
    "c-level",
    "managing director|managing partner|general partner|senior partner|equity partner|board member",
  ],
  [
    "c-level",
    "owner|co owner|proprietor|general manager|general counsel|non executive director|managing member",
  ],
  [
    "c-level",
    "*geschaftsfuhr*|*geschaeftsfuehr*|vorstand|vorstandin|vorstands*|inhaber*|grunder*|gesellschafter*",
  ],
  [
    "c-level",
    "directeur general|directrice generale|pdg|president directeur general|gerante?|fondat(?:eur|rice)",
  ],
  ["c-level", "director general|directora general|gerente general|consejer[oa] delegad[oa]|fundador[a]?"],
  ["c-level", "presidente|presidenta|propietari[oa]|duen[oa]|socio director"],

  // In German whoever leads a project or a shift is called as whoever leads a department.
  ["manager", "(?:projekt|team|gruppen|schicht|filial|markt|bau|objekt|stellvertretende)leit(?:er|erin|ung)"],
  ["director", "director|directors|dir|head|dean|treasurer|superintendent|prokurist*"],
  ["director", "direktor*|*leiter|*leiterin|leitung|*leitung|direct(?:eur|rice)|directora|drh|dsi|daf|rssi"],

  [
    "manager",
    "manager|managers|*manager|*managerin|mgr|supervisor|controller|comptroller|foreman|superviseur",
  ],
  ["manager", "team lead|team leader|squad lead|shift lead|group lead|section lead|chapter lead"],
  ["manager", "responsable|chef|cheffe|gerente|jef[ea]|encargad[oa]|supervisor[a]?"],

  [
    "individual",
    "analyst|engineer|developer|specialist|administrator|consultant|coordinator|representative|rep",
  ],
  [
    "individual",
    "executive|associate|architect|designer|scientist|accountant|advisor|adviser|officer|technician",
  ],
  [
    "individual",
    "sdr|bdr|researcher|writer|copywriter|editor|recruiter|programmer|strategist|planner|buyer|clerk",
  ],
  [
    "individual",
    "agent|operator|tester|producer|evangelist|advocate|bookkeeper|auditor|nurse|teacher|lecturer",
  ],
  [
    "individual",
    "professor|attorney|lawyer|counsel|paralegal|physician|journalist|expert|generalist|merchandiser",
  ],
  [
    "individual",
    "*entwickler*|*ingenieur*|*berater*|sachbearbeiter*|*referent|*referentin|*mitarbeiter*|*kaufmann|*kauffrau",
  ],
  [
    "individual",
    "techniker*|buchhalter*|einkaufer*|verkaufer*|spezialist*|koordinator*|analyst*|disponent*|redakteur*",
  ],
  [
    "individual",
    "chargee?|conseiller*|ingenieur*|developpeu(?:r|se)|technicien*|comptable|acheteu(?:r|se)|analyste",
  ],
  [
    "individual",
    "specialiste|coordinat(?:eur|rice)|vendeu(?:r|se)|commerciale?|redact(?:eur|rice)|formateur",
  ],
  [
    "individual",
    "analista|ingenier[oa]|desarrollador*|consultor*|asesor*|coordinador*|especialista|tecnic[oa]",
  ],
  ["individual", "contable|vendedor*|comprador*|ejecutiv[oa]|abogad[oa]"],

  // Whoever leads without another word leads people; a lead engineer was an engineer above.
  ["manager", "lead|leader"],
  ["intern", "student|students|studentin|studente?|etudiante?|estudiante"],
];

/** Each row: the function, and the words that say it. */
export const FUNCTION_WORDS: Rows<JobFunction> = [
  ["revenue-operations", "revops|rev ops|revenue operations|sales operations|marketing operations|sales ops"],
  ["revenue-operations", "marketing ops|crm|gtm operations|gtm ops|business operations|biz ops|bizops"],
  [
    "revenue-operations",
    "sales enablement|revenue enablement|salesforce administrator|hubspot administrator",
  ],

  // Two words that mean something else than each of them.
  ["legal", "data protection|data privacy|datenschutz*|dpo|rgpd"],
  [
    "it",
    "chief information officer|it support|desktop support|it service|it security administrator|information systems|database administrator",
  ],
  ["sales", "sales support|solutions? (?:engineer|consultant)|customer acquisition"],
  [
    "people",
    "technical recruiter|tech recruiter|human resources|employee experience|people (?:and |&)?culture|learning (?:and )?development",
  ],
  ["marketing", "product marketing|trade marketing|customer marketing|graphic designer"],
  ["operations", "chief operating officer|product operations|people operations|it operations|food safety"],

  [
    "customer-success",
    "customer (?:success|support|service|services|experience|care|operations|onboarding)|cx",
  ],
  [
    "customer-success",
    "client (?:success|services|service|support|experience)|support|onboarding|implementation",
  ],
  [
    "customer-success",
    "chief customer officer|professional services|kundenservice|kundenbetreu*|kundendienst|service client|csm",
  ],
  ["customer-success", "relation client|atencion al cliente|servicio al cliente"],
  [
    "marketing",
    "*marketing*|growth|demand gen*|brand|branding|content|cmo|communications?|seo|sea|social media",
  ],
  ["marketing", "pr|public relations|events?|campaigns?|copywriter|creative|advertising|media|community"],
  ["marketing", "kommunikation*|werbung|mercadeo|mercadotecnia|comunicacion|publicidad|publicite"],
  ["sales", "sales|revenue|business development|account (?:executive|manager|director)|cro|sdr|bdr|ae"],
  [
    "sales",
    "partnerships?|partner (?:manager|director)|channel|alliances|commercial|presales|pre sales|key account*",
  ],
  [
    "sales",
    "*vertrieb*|verkauf*|aussendienst|innendienst|ventes?|commerciale?|ventas|comercial|vendedor*|vendeu*",
  ],
  ["security", "security|ciso|infosec|cybersecurity|cyber|rssi|*sicherheit*|seguridad|securite"],
  ["data", "data|analytics|business intelligence|bi|machine learning|ml|ai|artificial intelligence|cdao"],
  ["data", "daten*|donnees|datos|statistician"],
  ["product", "product|cpo|ux|user experience|ui|produkt(?!ion)*|produits?|producto"],
  [
    "it",
    "it|cio|information technology|system administrator|systems administrator|sysadmin|network|infrastructure",
  ],
  [
    "it",
    "helpdesk|help desk|service desk|database|erp|edv|dsi|informatique|systemadministrator|informatica|sistemas",
  ],
  ["it", "wirtschaftsinformatik*|informatiker*|systemes? d information|systems"],
  [
    "engineering",
    "engineering|eng|engineer|developer|software*|devops|cto|cpto|architect|platform|sre|technology",
  ],
  [
    "engineering",
    "technical|tech|qa|quality assurance|test|tester|frontend|backend|full stack|fullstack|web",
  ],
  ["engineering", "r d|research development|programmer|*entwickl*|*ingenieur*|forschung*|technik|technisch*"],
  ["engineering", "developpeu*|technique|ingenier*|desarroll*|tecnologia|tecnic[oa]"],
  [
    "finance",
    "finance|financial|cfo|accounting|accountant|accounts|controller|comptroller|controlling|treasur*",
  ],
  [
    "finance",
    "tax|audit|auditor|payroll|billing|bookkeeper|procurement|purchasing|buyer|investor relations|fp a",
  ],
  [
    "finance",
    "finanz*|buchhalt*|einkauf*|rechnungswesen|steuer*|financier*|comptab*|achats?|acheteu*|daf|finanzas",
  ],
  ["finance", "financier[oa]|contab*|compras|tesorer*"],
  [
    "people",
    "hr|people|talent|recruiting|recruiter|recruitment|chro|hrbp|compensation|benefits|personal[a-z]+|drh",
  ],
  [
    "people",
    "(?:leiter|leiterin|leitung|abteilung) personal|ressources humaines|rh|recursos humanos|rrhh|recruteu*|personnel",
  ],
  [
    "legal",
    "legal|counsel|compliance|privacy|lawyer|attorney|risk|paralegal|regulatory|contracts?|recht*|jurist*",
  ],
  ["legal", "juridique|juridic[oa]|abogad[oa]|avocate?"],
  [
    "operations",
    "operations?|coo|supply chain|logistics|process|production|manufacturing|plant|warehouse|facilit*",
  ],
  [
    "operations",
    "office manager|quality|procurement|fulfillment|logistik*|produktion*|betrieb*|qualitat*|lager*",
  ],
  ["operations", "logistique|exploitation|qualite|operaciones|logistica|produccion|calidad"],
  [
    "education",
    "student|students|professor|lecturer|teacher|researcher|phd|faculty|dozent*|lehrer*|etudiante?",
  ],
  ["education", "enseignante?|profesor*|estudiante"],
];
