/** The picklist values of a new org, as Salesforce sets them up. */

export const salutations = ["Mr.", "Ms.", "Mrs.", "Dr.", "Prof."] as const;
export const leadSources = ["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"] as const;
export const ratings = ["Hot", "Warm", "Cold"] as const;
export const industries = [
  "Agriculture",
  "Banking",
  "Biotechnology",
  "Chemicals",
  "Communications",
  "Construction",
  "Consulting",
  "Education",
  "Electronics",
  "Energy",
  "Engineering",
  "Finance",
  "Government",
  "Healthcare",
  "Insurance",
  "Manufacturing",
  "Media",
  "Retail",
  "Technology",
  "Telecommunications",
  "Transportation",
  "Utilities",
  "Other",
] as const;
export const accountTypes = ["Prospect", "Customer - Direct", "Customer - Channel", "Other"] as const;
export const subjects = ["Call", "Email", "Meeting", "Send Letter/Quote", "Other"] as const;
export const contactRoles = [
  "Business User",
  "Decision Maker",
  "Economic Buyer",
  "Evaluator",
  "Executive Sponsor",
  "Influencer",
  "Technical Buyer",
  "Other",
] as const;
export const campaignTypes = ["Conference", "Webinar", "Email", "Advertisement", "Other"] as const;
export const campaignStatuses = ["Planned", "In Progress", "Completed", "Aborted"] as const;
